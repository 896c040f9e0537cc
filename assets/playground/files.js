// Level files from and to the disk of the visitor, and pictures of what is shown.

import { download, get, make, notice } from "./dom.js";

const MOST = 8 << 20;

/** Read a file by Python's readers; `found` gets the level. */
export async function openFile(file, family, found, part = "") {
  if (file.size > MOST) {
    notice(`A level file has at most ${MOST >> 20} MiB; this one is larger.`);
    return;
  }
  const query = new URLSearchParams({ name: file.name, family, part });
  const answer = await asked(`/open?${query}`, file);
  if (!answer) return;
  if (answer.level) found(answer.level, file.name);
  else choosePart(answer.parts, (name) => openFile(file, family, found, name));
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

function choosePart(names, chosen) {
  const dialog = get("parts");
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
