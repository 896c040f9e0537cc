// Level files from and to the disk of the visitor, and pictures of what is shown.

import { download, get, make, notice } from "./dom.js";

const MOST = 20 << 20;
const MOST_FILES = 1000;
const READ = /\.(txt|json|tmx|tmj|tsx|tsj|tx|tj|xml|world|ldtk|ldtkl|toml)$/i;  // pictures and all else need not be sent

/** Read level files by Python's readers, each with those that it names; `found` gets the level. */
export async function openFiles(files, family, found, part = "") {
  const known = files.filter(({ name }) => READ.test(name));
  const sent = known.length ? known : files.slice(0, 1);  // which is refused in words
  if (!sent.length) return;
  if (sent.length > MOST_FILES || sent.reduce((sum, one) => sum + one.size, 0) > MOST) {
    notice(`At most ${MOST_FILES} files of ${MOST >> 20} MiB together are opened at once; these are more.`);
    return;
  }
  const named = JSON.stringify({ files: sent.map(({ name, size }) => ({ name, size })) });
  const answer = await asked(`/open?${new URLSearchParams({ family, part })}`, new Blob([named, "\n", ...sent]));
  if (!answer) return;
  if (answer.missing) addFile(answer, (more) => openFiles([...files, ...more], family, found, part));
  else if (answer.level) found(answer.level, part || sent[0].name);
  else choosePart(answer.parts, (name) => openFiles(files, family, found, name));
}

/** The files that were dropped on the page, those in folders too. */
export async function dropped(transfer) {
  const plain = [...transfer.files];
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((one) => one.isDirectory)) return plain;
  const files = [];
  for (const one of entries) await filesIn(one, files);
  return files;
}

/** Add the files in a folder, at any depth, that may be of a level. */
async function filesIn(entry, files) {
  if (files.length > MOST_FILES) return;
  if (entry.isFile) {
    if (READ.test(entry.name)) files.push(await new Promise((good, bad) => entry.file(good, bad)));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((good, bad) => reader.readEntries(good, bad));
    if (!some.length) return;
    for (const one of some) await filesIn(one, files);
  }
}

/** Save a level in a format; pictures that an editor needs come with it. */
export async function saveFile(plain, suffix, name) {
  const answer = await asked("/save", JSON.stringify({ level: plain, family: plain.family, suffix, name }));
  for (const file of answer?.files ?? []) {
    const bytes = Uint8Array.from(atob(file.data), (character) => character.charCodeAt(0));
    download(file.name, new Blob([bytes]));
  }
}

async function asked(address, body) {
  try {
    const answer = await (await fetch(address, { method: "POST", body })).json();
    if (!answer.error) return answer;
    notice(answer.error);
  } catch {
    notice("The playground did not answer. Is it still running?");
  }
  return null;
}

/** Say which file is missing, and let people choose it; `chosen` gets what they chose. */
function addFile({ words, missing }, chosen) {
  const dialog = get("parts");
  const input = get("file-more");
  input.onchange = () => {
    const more = [...input.files];
    input.value = "";
    dialog.close();
    if (more.length) chosen(more);
  };
  get("parts-title").textContent = "A file is missing";
  get("parts-list").replaceChildren(make("p", { class: "note" }, words), make("button", { type: "button", onclick: () => input.click() }, `Add ${missing}`));
  get("parts-close").onclick = () => dialog.close();
  if (!dialog.open) dialog.showModal();
}

function choosePart(names, chosen) {
  const dialog = get("parts");
  get("parts-title").textContent = "Which level?";
  const pick = (name) => {
    dialog.close();
    chosen(name);
  };
  get("parts-list").replaceChildren(...names.map((name) => make("button", { type: "button", onclick: () => pick(name) }, name)));
  get("parts-close").onclick = () => dialog.close();
  dialog.showModal();
}

/** Save the boards that are shown, side by side, with a line of words. */
export function savePicture(canvases, words) {
  const [gap, line] = [16, 34];
  const canvas = document.createElement("canvas");
  canvas.width = canvases.reduce((sum, one) => sum + one.width + gap, gap);
  canvas.height = Math.max(...canvases.map((one) => one.height)) + 2 * gap + line;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#1b182b";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  let x = gap;
  for (const one of canvases) {
    pen.drawImage(one, x, gap);
    x += one.width + gap;
  }
  pen.fillStyle = "#faf6e9";
  pen.font = "16px system-ui, sans-serif";
  pen.fillText(words, gap, canvas.height - gap, canvas.width - 2 * gap);
  canvas.toBlob((blob) => download("gamemeta.png", blob));
}
