// Gamemeta.cs: an agent of gamemeta in one file of C# 7 without packages. SPDX-License-Identifier: MIT
//
// For Unity, Godot .NET, MonoGame and plain .NET or Mono. Everything that can fail throws GamemetaException, whose
// message says what is wrong; then nothing has changed. Mind.Act allocates nothing.
using System;
using System.Collections.Generic;
using System.Text;

namespace Gamemeta
{
    /// <summary>What is wrong, and what to do, in words.</summary>
    public sealed class GamemetaException : Exception
    {
        public GamemetaException(string words) : base(words) { }
    }

    public enum Kind { Symbols, Quantities, Normalised, Image }

    /// <summary>A part of an observation.</summary>
    public sealed class Part
    {
        public string Name { get; internal set; }
        /// <summary>Normalised quantities are shown as they are in the game; the agent scales them.</summary>
        public Kind Kind { get; internal set; }
        /// <summary>How many numbers it has, and where they begin among all parts that lie in the same array.</summary>
        public int Size { get; internal set; }
        public int First { get; internal set; }
        /// <summary>Symbols are 0 to Codes - 1.</summary>
        public int Codes { get; internal set; }
        public int Height { get; internal set; }
        public int Width { get; internal set; }
        public int Channels { get; internal set; }
        internal float[] Mean, Deviation;
    }

    /// <summary>A trained agent, which does not change; its minds do.</summary>
    public sealed class Agent
    {
        const int MostHeads = 64, MostNumbers = 256, MostParts = 4096, MostCells = 256, MostSize = 1 << 24;
        internal const int Header = 48;

        internal Part[] parts;
        internal Cell[] cells;
        internal Encoder encoder;
        internal int memory, width, state, heads, numbers, outputs, actions, most, mask, startDone, units, area, widest;
        internal int symbols, quantities, pixels, blocks;
        internal bool rewardNormalised;
        internal int[] choices, startAction, channels;
        internal string[][] names;
        internal float[] start, startNumbers, startReward, rewardMean, rewardDeviation;
        internal float[] spread, middle, half, low, high, actor, actorBias, choiceActor;
        internal byte[] digest;
        double skill;

        Agent() { }

        /// <summary>What it is shown, in order.</summary>
        public IReadOnlyList<Part> Parts { get { return parts; } }
        /// <summary>How many choices each of the first numbers of an action has.</summary>
        public IReadOnlyList<int> Choices { get { return choices; } }
        /// <summary>The names of these choices, where the game has named them.</summary>
        public IReadOnlyList<IReadOnlyList<string>> Names { get { return names; } }
        /// <summary>How many numbers an action has: a choice for each head, then real numbers.</summary>
        public int ActionSize { get { return heads + numbers; } }
        /// <summary>How many numbers the network answers for one mind: logits of all heads, then means.</summary>
        public int OutputSize { get { return outputs; } }
        /// <summary>Half the way from the least to the largest value of a real number of an action.</summary>
        public float Half(int number) { return half[number]; }

        /// <summary>Skill of minds that begin from now on: 1 plays as trained, 0 at random.</summary>
        public double Skill
        {
            get { return skill; }
            set
            {
                if (!(value >= 0 && value <= 1))
                    throw new GamemetaException("Skill: give 0 (plays at random) to 1 (plays as it was trained).");
                skill = value;
            }
        }

        /// <summary>The agent out of the bytes of agent.bin.</summary>
        public static Agent Load(byte[] bytes)
        {
            if (!BitConverter.IsLittleEndian)
                throw new GamemetaException("this processor is big-endian, which Gamemeta.cs does not know.");
            if (bytes == null || bytes.Length < Header + 4 || !Bytes.Starts(bytes, "GMEXPORT"))
                throw new GamemetaException("these bytes are no agent.bin of gamemeta, or cut off.");
            if (BitConverter.ToUInt32(bytes, 8) != 1)
                throw new GamemetaException("agent.bin is of another version; take Gamemeta.cs of the same export.");
            long integers = BitConverter.ToUInt32(bytes, 12), text = BitConverter.ToUInt32(bytes, 16);
            long floats = BitConverter.ToUInt32(bytes, 20);
            if (Header + 4 * integers + text + 4 * floats + 4 != bytes.Length || !Bytes.Whole(bytes))
                throw new GamemetaException("agent.bin is cut off or damaged; copy it again.");
            var agent = new Agent { digest = new byte[16] };
            Buffer.BlockCopy(bytes, 32, agent.digest, 0, 16);
            var reader = new Reader(bytes, (int)integers, (int)text, (int)floats);
            agent.Read(reader);
            reader.End();
            agent.Skill = BitConverter.ToDouble(bytes, 24);
            agent.Name(Encoding.UTF8.GetString(bytes, Header + 4 * (int)integers, (int)text).Split('\n'));
            Reader.Need(agent.Possible(agent.start, 0));
            return agent;
        }

        /// <summary>n minds that know nothing of their level; the same seed gives the same actions.</summary>
        public Mind Begin(int n = 1, ulong seed = 0) { return new Mind(this, n, seed, skill); }

        /// <summary>Minds that go on from what Mind.Memory gave, in this language or another.</summary>
        public Mind Resume(byte[] memory) { return Mind.Resumed(this, memory); }

        /// <summary>The part of this name.</summary>
        public Part Part(string name)
        {
            foreach (Part part in parts)
                if (part.Name == name) return part;
            var known = new List<string>();
            foreach (Part part in parts) known.Add(part.Name);
            throw new GamemetaException(
                "no part of the observation is called '" + name + "'. It has: " + string.Join(", ", known) + ".");
        }

        void Read(Reader r)
        {
            memory = r.Integer(0, 2);
            width = r.Integer(8, 4096);
            state = r.Integer(1, 1 << 28);
            heads = r.Integer(0, MostHeads);
            choices = r.Integers(heads, 1, 255);
            foreach (int count in choices) actions += count;
            most = Largest(choices);
            numbers = r.Integer(0, MostNumbers);
            outputs = actions + numbers;
            ReadParts(r);
            mask = r.Integer(-1, parts.Length - 1);
            Reader.Need(mask < 0 || (parts[mask].Kind == Kind.Symbols && parts[mask].Codes == 2
                && parts[mask].Size == actions && heads > 0));
            rewardNormalised = r.Integer(0, 1) == 1;
            int stages = r.Integer(pixels > 0 ? 1 : 0, 8);
            blocks = r.Integer(0, 8);
            channels = r.Integers(stages, 1, 256);
            startAction = new int[heads];
            for (int h = 0; h < heads; h++) startAction[h] = r.Integer(0, choices[h]);
            startDone = r.Integer(0, 1);
            widest = Math.Max(1, Largest(channels));
            foreach (Part part in parts) widest = Math.Max(widest, part.Channels);
            Reader.Need((long)area * widest <= 1 << 28);
            cells = new Cell[r.Integer(1, MostCells)];
            Reader.Need(outputs > 0);
            ReadArrays(r);
        }

        static int Largest(int[] values)
        {
            int largest = 0;
            foreach (int value in values) largest = Math.Max(largest, value);
            return largest;
        }

        void ReadParts(Reader r)
        {
            long[] sizes = new long[3];
            parts = new Part[r.Integer(0, MostParts)];
            for (int k = 0; k < parts.Length; k++)
            {
                var p = parts[k] = new Part { Kind = (Kind)r.Integer(0, 3) };
                bool image = p.Kind == Kind.Image;
                int place = p.Kind == Kind.Symbols ? 0 : image ? 2 : 1;
                p.Size = r.Integer(1, MostSize);
                p.Codes = r.Integer(place == 0 ? 1 : 0, 65536);
                p.Height = r.Integer(image ? 8 : 0, 4096);
                p.Width = r.Integer(image ? 8 : 0, 4096);
                p.Channels = r.Integer(image ? 1 : 0, 256);
                p.First = (int)sizes[place];
                sizes[place] += p.Size;
                Reader.Need(sizes[place] <= MostSize && (!image || (long)p.Height * p.Width * p.Channels == p.Size));
                area = Math.Max(area, p.Height * p.Width);
            }
            symbols = (int)sizes[0];
            quantities = (int)sizes[1];
            pixels = (int)sizes[2];
        }

        void ReadArrays(Reader r)
        {
            start = r.Array(state);
            startNumbers = r.Array(numbers);
            startReward = r.Array(1);
            foreach (Part p in parts)
                if (p.Kind == Kind.Normalised)
                {
                    p.Mean = r.Array(p.Size);
                    p.Deviation = r.Array(p.Size);
                }
            rewardMean = r.Array(rewardNormalised ? 1 : 0);
            rewardDeviation = r.Array(rewardNormalised ? 1 : 0);
            spread = r.Array(numbers);
            middle = r.Array(numbers);
            half = r.Array(numbers);
            foreach (float x in half) Reader.Need(x > 0);
            low = r.Array(numbers);
            high = r.Array(numbers);
            encoder = new Encoder(r, this, width, true);
            long sum = 0;
            for (int k = 0; k < cells.Length; k++)
            {
                int kind = r.Integer(0, 2);
                var table = kind == 2 ? new Table(r, this) : null;
                cells[k] = table ?? (Cell)new Recurrent(r, width, kind == 1);
                Reader.Need(table == null || units == 0 || units == table.Units);
                if (table != null) units = table.Units;
                sum += cells[k].State;
            }
            actor = r.Array(outputs, width);
            actorBias = r.Array(outputs);
            choiceActor = r.Array(units);
            Reader.Need(sum == state);
        }

        void Name(string[] lines)
        {
            Reader.Need(lines.Length >= parts.Length + heads);
            for (int k = 0; k < parts.Length; k++) parts[k].Name = lines[k];
            names = new string[heads][];
            for (int h = 0; h < heads; h++)
            {
                string line = lines[parts.Length + h];
                names[h] = line.Length == 0 ? new string[0] : line.Split('\t');
            }
        }

        /// <summary>Whether a state is one that acting can lead to.</summary>
        internal bool Possible(float[] states, int at)
        {
            foreach (Cell cell in cells)
            {
                if (!cell.Possible(states, at)) return false;
                at += cell.State;
            }
            return true;
        }
    }

    /// <summary>What n minds are shown: all parts of a kind side by side, one mind after the other.</summary>
    public sealed class Observation
    {
        public readonly int[] Symbols;
        public readonly float[] Quantities;
        public readonly byte[] Images;
        internal readonly Agent agent;
        internal readonly int n;

        public Observation(Agent agent, int n = 1)
        {
            if (agent == null) throw new GamemetaException("an observation needs the agent that it is shown to.");
            if (n < 1 || (long)n * Math.Max(agent.symbols, Math.Max(agent.quantities, agent.pixels)) > 1 << 25)
                throw new GamemetaException("n: show to at least one mind, and to no more than memory can hold.");
            this.agent = agent;
            this.n = n;
            Symbols = new int[n * agent.symbols];
            Quantities = new float[n * agent.quantities];
            Images = new byte[n * agent.pixels];
        }

        /// <summary>Writes a part of one number.</summary>
        public void Set(string part, int value, int mind = 0)
        {
            Part p = Place(part, 1, mind);
            if (p.Kind == Kind.Symbols) Symbols[mind * agent.symbols + p.First] = value;
            else Set(part, (float)value, mind);
        }

        public void Set(string part, float value, int mind = 0)
        {
            Part p = Place(part, 1, mind);
            Fits(p, p.Kind == Kind.Quantities || p.Kind == Kind.Normalised);
            Quantities[mind * agent.quantities + p.First] = value;
        }

        /// <summary>Writes a part, its rows one after the other.</summary>
        public void Set(string part, int[] values, int mind = 0)
        {
            Part p = Place(part, values == null ? 0 : values.Length, mind);
            Fits(p, p.Kind == Kind.Symbols);
            Array.Copy(values, 0, Symbols, mind * agent.symbols + p.First, p.Size);
        }

        public void Set(string part, float[] values, int mind = 0)
        {
            Part p = Place(part, values == null ? 0 : values.Length, mind);
            Fits(p, p.Kind == Kind.Quantities || p.Kind == Kind.Normalised);
            Array.Copy(values, 0, Quantities, mind * agent.quantities + p.First, p.Size);
        }

        public void Set(string part, byte[] values, int mind = 0)
        {
            Part p = Place(part, values == null ? 0 : values.Length, mind);
            Fits(p, p.Kind == Kind.Image);
            Array.Copy(values, 0, Images, mind * agent.pixels + p.First, p.Size);
        }

        Part Place(string name, int size, int mind)
        {
            Part part = agent.Part(name);
            if (mind < 0 || mind >= n)
                throw new GamemetaException("mind " + mind + ": this observation is for minds 0 to " + (n - 1) + ".");
            if (size != part.Size)
                throw new GamemetaException("part '" + name + "' has " + part.Size + " numbers, not " + size + ".");
            return part;
        }

        static void Fits(Part part, bool fits)
        {
            if (fits) return;
            string type = part.Kind == Kind.Symbols ? "int" : part.Kind == Kind.Image ? "byte" : "float";
            throw new GamemetaException("part '" + part.Name + "' takes numbers of type " + type + ".");
        }
    }

    /// <summary>n minds of one agent, which act together and learn each for itself.</summary>
    public sealed class Mind
    {
        internal const int Most = 1 << 20;
        const int Saved = 72;
        const ulong Reaction = 1UL << 61, Chance = 1UL << 62;

        readonly Agent agent;
        readonly int n;
        readonly ulong seed;
        readonly double skill;
        readonly ulong[] steps;
        readonly float[] numbers, thought, outputs, action;
        readonly int[] seat;
        readonly byte[] codes, begun;
        readonly Room room;
        readonly float[] oneReward = new float[1];
        readonly bool[] oneDone = new bool[1];
        float[] state, after;

        internal Mind(Agent agent, int n, ulong seed, double skill)
        {
            if (n < 1 || n > Most || (long)n * (agent.state + agent.outputs + agent.heads + agent.numbers) > 1 << 25)
                throw new GamemetaException("n: begin with at least one mind, and with no more than memory can hold.");
            this.agent = agent;
            this.n = n;
            this.seed = seed;
            this.skill = skill;
            steps = new ulong[n];
            state = new float[n * agent.state];
            after = new float[n * agent.state];
            numbers = new float[n * agent.numbers];
            thought = new float[n * agent.outputs];
            outputs = new float[n * agent.outputs];
            action = new float[n * agent.ActionSize];
            seat = new int[n];
            for (int i = 0; i < n; i++) seat[i] = -1;
            codes = new byte[n * agent.heads];
            begun = new byte[n];
            room = new Room(agent);
            Forget();
        }

        /// <summary>How many minds act together.</summary>
        public int N { get { return n; } }
        /// <summary>What the network said last, for checkers: logits of all heads, then means, of each mind.</summary>
        public float[] Outputs { get { return outputs; } }

        /// <summary>The next action of one mind; see the other Act.</summary>
        public float[] Act(Observation obs, float reward, bool done)
        {
            if (n != 1) throw new GamemetaException("these are " + n + " minds: give arrays of their rewards and dones.");
            oneReward[0] = reward;
            oneDone[0] = done;
            return Act(obs, oneReward, oneDone);
        }

        /// <summary>The next actions: ActionSize numbers for each mind, in an array that the next Act writes anew.</summary>
        /// <param name="reward">Of the step that led here, of each mind.</param>
        /// <param name="done">Whether that step ended an episode; obs is then the first of the next one.</param>
        public float[] Act(Observation obs, float[] reward, bool[] done)
        {
            Check(obs, reward, done);
            for (int i = 0; i < n; i++)
            {
                Think(i, obs, reward[i], done[i]);
                for (int k = 0; k < agent.outputs; k++)
                    if (!Maths.Finite(outputs[i * agent.outputs + k]))
                        throw new GamemetaException(
                            "the agent's network answers with NaN or infinity; is an observation or reward enormous?");
            }
            for (int i = 0; i < n; i++)
            {
                Choose(i, obs, Starts(i, done[i]));
                begun[i] = 1;
                steps[i]++;
            }
            float[] before = state;
            state = after;
            after = before;
            return action;
        }

        /// <summary>Clears the memory on a new level.</summary>
        public void Forget()
        {
            for (int i = 0; i < n; i++) Forget(i);
        }

        /// <summary>Clears the memory of the minds whose `which` is true.</summary>
        public void Forget(bool[] which)
        {
            if (which == null || which.Length != n)
                throw new GamemetaException("which: give a bool for each of " + n + " minds.");
            for (int i = 0; i < n; i++)
                if (which[i]) Forget(i);
        }

        /// <summary>What the minds have learned, as bytes for a save game.</summary>
        public byte[] Memory()
        {
            var bytes = new byte[Size(agent, n, Thoughts)];
            Encoding.ASCII.GetBytes("GMMEMORY", 0, 8, bytes, 0);
            Bytes.Put(bytes, 8, 3);
            Bytes.Put(bytes, 12, (uint)n);
            Bytes.Put(bytes, 16, seed);
            Bytes.Put(bytes, 24, unchecked((ulong)BitConverter.DoubleToInt64Bits(skill)));
            Buffer.BlockCopy(agent.digest, 0, bytes, 32, 16);
            Bytes.Put(bytes, 48, (uint)agent.state);
            Bytes.Put(bytes, 52, (uint)agent.numbers);
            Bytes.Put(bytes, 56, (uint)Thoughts);
            Bytes.Put(bytes, 60, (uint)agent.heads);
            Move(bytes, false);
            Bytes.Put(bytes, bytes.Length - 4, Bytes.Checksum(bytes, bytes.Length - 4));
            return bytes;
        }

        internal static Mind Resumed(Agent agent, byte[] bytes)
        {
            if (bytes == null || bytes.Length < Saved + 4 || !Bytes.Starts(bytes, "GMMEMORY"))
                throw new GamemetaException("these bytes are not the memory of an agent, or cut off.");
            if (BitConverter.ToUInt32(bytes, 8) != 3)
                throw new GamemetaException("this memory is of another version; take Gamemeta.cs of the release that wrote it.");
            if (!Bytes.Whole(bytes))
                throw new GamemetaException("this memory is cut off or damaged; take an earlier save.");
            for (int k = 0; k < 16; k++)
                if (bytes[32 + k] != agent.digest[k])
                    throw new GamemetaException("this memory belongs to another agent; load the one that was playing.");
            double skill = BitConverter.ToDouble(bytes, 24);
            uint n = BitConverter.ToUInt32(bytes, 12);
            int thoughts = skill < 1 ? agent.outputs : 0;
            bool fits = skill >= 0 && skill <= 1 && n >= 1 && n <= Most && Bytes.Are(bytes, 48, agent.state)
                && Bytes.Are(bytes, 52, agent.numbers) && Bytes.Are(bytes, 56, thoughts)
                && Bytes.Are(bytes, 60, agent.heads) && Bytes.Are(bytes, 64, 0);
            if (!fits || Size(agent, n, thoughts) != bytes.Length)
                throw new GamemetaException("this memory is damaged: its sizes are not those of this agent.");
            var mind = new Mind(agent, (int)n, BitConverter.ToUInt64(bytes, 16), skill);
            mind.Move(bytes, true);
            for (int i = 0; i < mind.n; i++)
                if (!mind.Possible(i))
                    throw new GamemetaException(
                        "this memory is damaged: it holds what no memory holds. Take an earlier save.");
            return mind;
        }

        int Thoughts { get { return skill < 1 ? agent.outputs : 0; } }

        static long Size(Agent a, long n, int thoughts)
        {
            return Saved + 4 + n * (8 + 4 * ((long)a.state + a.numbers + thoughts + 1) + a.heads + 1);
        }

        /// <summary>Copies all arrays to the bytes, or out of them.</summary>
        void Move(byte[] bytes, bool read)
        {
            Array[] arrays = { steps, state, numbers, thought, seat, codes, begun };
            int[] sizes = { 8, 4 * agent.state, 4 * agent.numbers, 4 * Thoughts, 4, agent.heads, 1 };
            int at = Saved;
            for (int k = 0; k < arrays.Length; k++)
            {
                if (read) Buffer.BlockCopy(bytes, at, arrays[k], 0, n * sizes[k]);
                else Buffer.BlockCopy(arrays[k], 0, bytes, at, n * sizes[k]);
                at += n * sizes[k];
            }
        }

        bool Possible(int i)
        {
            bool good = steps[i] < 1UL << 48 && agent.Possible(state, i * agent.state);
            for (int h = 0; h < agent.heads; h++) good &= codes[i * agent.heads + h] <= agent.choices[h];
            for (int k = 0; k < agent.numbers; k++) good &= Math.Abs(numbers[i * agent.numbers + k]) <= 1;
            for (int k = 0; k < Thoughts; k++) good &= Maths.Finite(thought[i * agent.outputs + k]);
            return good;
        }

        void Forget(int i)
        {
            Array.Copy(agent.start, 0, state, i * agent.state, agent.state);
            Array.Clear(codes, i * agent.heads, agent.heads);
            Array.Clear(numbers, i * agent.numbers, agent.numbers);
            Array.Clear(thought, i * agent.outputs, agent.outputs);
            begun[i] = 0;
        }

        bool Starts(int i, bool done) { return begun[i] == 0 || agent.memory == 2 || (agent.memory == 1 && done); }

        void Check(Observation obs, float[] reward, bool[] done)
        {
            if (obs == null || reward == null || done == null)
                throw new GamemetaException("obs, reward or done is missing; give all three.");
            if (obs.agent != agent)
                throw new GamemetaException("this observation was made for another agent; make it with the one that plays.");
            if (obs.n != n || reward.Length != n || done.Length != n)
                throw new GamemetaException("there are " + n + " minds: give an observation, a reward and a done for each.");
            foreach (float x in reward)
                if (!Maths.Finite(x))
                    throw new GamemetaException("reward is NaN or infinite; look where the game computes it.");
            foreach (float x in obs.Quantities)
                if (!Maths.Finite(x))
                    throw new GamemetaException("the observation holds NaN or infinity; look where the game computes it.");
            for (int i = 0; i < n; i++)
            {
                foreach (Part part in agent.parts)
                    if (part.Kind == Kind.Symbols) CheckSymbols(obs.Symbols, i * agent.symbols + part.First, part);
                if (agent.mask >= 0) CheckMask(obs.Symbols, i * agent.symbols + agent.parts[agent.mask].First);
            }
        }

        static void CheckSymbols(int[] symbols, int at, Part part)
        {
            for (int k = at; k < at + part.Size; k++)
                if (symbols[k] < 0 || symbols[k] >= part.Codes)
                    throw new GamemetaException("part '" + part.Name + "' holds " + symbols[k]
                        + ", but its symbols are 0 to " + (part.Codes - 1) + ".");
        }

        void CheckMask(int[] symbols, int at)
        {
            foreach (int count in agent.choices)
            {
                int legal = 0;
                for (int k = 0; k < count; k++) legal |= symbols[at++];
                if (legal == 0)
                    throw new GamemetaException("action_mask leaves no legal choice in a head; set at least one to 1.");
            }
        }

        /// <summary>Writes the outputs of one mind, and its state after them.</summary>
        void Think(int i, Observation obs, float reward, bool done)
        {
            Agent a = agent;
            bool start = Starts(i, done);
            int row = 0, at = 0, count = 0;
            int shown = i * a.symbols, seen = i * a.quantities;
            foreach (Part p in a.parts)
            {
                if (p.Kind == Kind.Image) continue;
                for (int j = 0; j < p.Size; j++)
                {
                    if (p.Kind == Kind.Symbols)
                    {
                        room.Rows[at] = row + obs.Symbols[shown + at];
                        row += p.Codes;
                        at++;
                        continue;
                    }
                    float value = obs.Quantities[seen + count];
                    room.Values[count++] = p.Kind == Kind.Quantities ? value : Maths.Scaled(value, p.Mean[j], p.Deviation[j], false);
                }
            }
            for (int h = 0; h < a.heads; h++, row += a.most + 1)
            {
                room.Before[h] = start ? a.startAction[h] : codes[i * a.heads + h];
                room.Rows[at++] = row + room.Before[h];
            }
            room.Rows[at] = row + (start ? a.startDone : done ? 1 : 0);
            for (int k = 0; k < a.numbers; k++) room.Values[count++] = start ? a.startNumbers[k] : numbers[i * a.numbers + k];
            float paid = start ? a.startReward[0] : reward;
            room.Values[count] = a.rewardNormalised ? Maths.Scaled(paid, a.rewardMean[0], a.rewardDeviation[0], true) : paid;
            Array.Copy(start ? a.start : state, start ? 0 : i * a.state, after, i * a.state, a.state);
            Network(i, obs);
        }

        /// <summary>The network, from the inputs in the room to outputs; the state goes on in its place.</summary>
        void Network(int i, Observation obs)
        {
            Agent a = agent;
            int w = a.width, at = i * a.state;
            room.Symbols = obs.Symbols;
            room.FirstSymbol = i * a.symbols;
            room.Images = obs.Images;
            room.FirstPixel = i * a.pixels;
            room.Chosen = false;
            a.encoder.Encode(room, room.Rows.Length, room.Values.Length, room.X, 0);
            for (int k = 0; k < w; k++) room.X[k] = Math.Max(room.X[k], 0);
            foreach (Cell cell in a.cells)
            {
                cell.Step(room, after, at);
                at += cell.State;
            }
            Maths.Rms(room.X, room.Normal, w);
            Maths.Times(a.actor, a.actorBias, room.Normal, 0, outputs, i * a.outputs, a.outputs, w);
            for (int k = 0; room.Chosen && k < a.actions; k++)
                outputs[i * a.outputs + k] += Maths.Dot(a.choiceActor, 0, room.Choices, k * a.units, a.units);
        }

        /// <summary>Writes the action of one mind, and what its next inputs say about it.</summary>
        void Choose(int i, Observation obs, bool start)
        {
            Agent a = agent;
            float[] logits = outputs;
            int at = i * a.outputs;
            if (skill < 1)
            {
                if (Streams.Uniform(Streams.Combine(seed ^ Reaction, (ulong)i), steps[i]) >= (float)(0.5 * (1 - skill)))
                    Array.Copy(outputs, at, thought, at, a.outputs);
                else if (start) Array.Clear(thought, at, a.outputs);
                logits = thought;
            }
            ulong lane = Streams.Combine(seed, (ulong)i), draw = unchecked(steps[i] * (ulong)a.ActionSize);
            int mask = a.mask < 0 ? -1 : i * a.symbols + a.parts[a.mask].First;
            for (int h = 0, first = 0; h < a.heads; first += a.choices[h++])
            {
                int code = Draw(logits, at + first, obs.Symbols, mask < 0 ? -1 : mask + first, a.choices[h],
                    Streams.Uniform(lane, draw + (ulong)h));
                action[i * a.ActionSize + h] = code;
                codes[i * a.heads + h] = (byte)(code + 1);
            }
            for (int k = 0; k < a.numbers; k++)
            {
                double raw = logits[at + a.actions + k] + a.spread[k] * Streams.Normal(lane, draw + (ulong)(a.heads + k));
                double unit = Math.Tanh(raw);
                if (skill < 1) unit = Blurred(unit, i, k);
                float value = (float)(a.middle[k] + a.half[k] * unit);
                value = Math.Min(Math.Max(value, a.low[k]), a.high[k]);
                double said = ((double)value - a.middle[k]) / a.half[k];
                action[i * a.ActionSize + a.heads + k] = value;
                numbers[i * a.numbers + k] = (float)Math.Min(Math.Max(said, -1), 1);
            }
        }

        /// <summary>A choice of one head, by a uniform number.</summary>
        int Draw(float[] logits, int at, int[] mask, int maskAt, int count, float uniform)
        {
            double heat = skill < 1 ? skill * skill : 1, top = double.NegativeInfinity, total = 0, sum = 0;
            double[] share = room.Share;
            for (int k = 0; k < count; k++)
            {
                share[k] = maskAt >= 0 && mask[maskAt + k] == 0 ? -1e9 : (float)(logits[at + k] * heat);
                top = Math.Max(top, share[k]);
            }
            for (int k = 0; k < count; k++) total += share[k] = Math.Exp(share[k] - top);
            int chosen = 0;
            while (chosen < count - 1 && (sum += share[chosen]) <= uniform * total) chosen++;
            return chosen;
        }

        double Blurred(double unit, int i, int k)
        {
            ulong lane = Streams.Combine(seed ^ Chance, (ulong)i);
            ulong draw = unchecked(steps[i] * (ulong)agent.numbers + (ulong)k);
            unit = skill * unit + (1 - skill) * (2.0 * Streams.Uniform(lane, draw) - 1);
            return Math.Min(Math.Max(unit, -0.999999), 0.999999);
        }
    }

    /// <summary>The arrays that minds compute in, so that acting allocates nothing.</summary>
    sealed class Room
    {
        internal readonly float[] X, Normal, Gates, Back, Values;
        internal readonly float[] Choices, Written, Facts, Known, Mixed, Score, Both, Context, Address;
        internal readonly float[][] Pictures = new float[3][];
        internal readonly float[] Patch;
        internal readonly double[] Share = new double[255];
        internal readonly int[] Rows, Before;
        internal int[] Symbols;
        internal byte[] Images;
        internal int FirstSymbol, FirstPixel;
        /// <summary>Whether Choices is written: a table comes before.</summary>
        internal bool Chosen;

        internal Room(Agent a)
        {
            int values = 0, rows = 0;
            foreach (Cell cell in a.cells)
                if (cell is Table table)
                {
                    values = Math.Max(values, table.Values + 1);
                    rows = Math.Max(rows, table.Rows);
                }
            X = new float[a.width];
            Normal = new float[a.width];
            Gates = new float[3 * a.width];
            Back = new float[3 * a.width];
            Values = new float[a.quantities + a.numbers + 1];
            Rows = new int[a.symbols + a.heads + 1];
            Before = new int[a.heads];
            Choices = new float[a.actions * a.units];
            Written = new float[values];
            Facts = new float[a.actions * values];
            Known = new float[a.actions * a.units];
            Mixed = new float[a.units];
            Score = new float[a.actions];
            Both = new float[2 * a.units];
            Context = new float[a.units];
            Address = new float[rows];
            for (int k = 0; k < 3; k++) Pictures[k] = new float[a.area * a.widest];
            Patch = new float[a.area > 0 ? 9 * a.widest : 0];
        }
    }

    /// <summary>What turns an observation, and maybe what the step before led to, into features.</summary>
    sealed class Encoder
    {
        readonly int width;
        readonly Agent agent;
        readonly float[] bias, symbols, quantities;
        readonly Picture[] pictures;

        internal Encoder(Reader r, Agent agent, int width, bool before)
        {
            this.agent = agent;
            this.width = width;
            long rows = 0, values = agent.quantities;
            foreach (Part p in agent.parts)
                if (p.Kind == Kind.Symbols) rows += (long)p.Size * p.Codes;
            if (before)
            {
                rows += (long)agent.heads * (agent.most + 1) + 2;
                values += agent.numbers + 1;
            }
            bias = r.Array(width);
            symbols = r.Array(rows, width);
            quantities = r.Array(values, width);
            var found = new List<Picture>();
            foreach (Part p in agent.parts)
                if (p.Kind == Kind.Image) found.Add(new Picture(r, agent, p, width));
            pictures = found.ToArray();
        }

        internal void Encode(Room room, int rows, int values, float[] y, int at)
        {
            Array.Copy(bias, 0, y, at, width);
            for (int k = 0; k < rows; k++) Maths.Add(y, at, symbols, room.Rows[k] * width, 1, width);
            for (int k = 0; k < values; k++) Maths.Add(y, at, quantities, k * width, room.Values[k], width);
            foreach (Picture picture in pictures) picture.Look(room, agent, y, at);
        }
    }

    /// <summary>Convolutions over one image.</summary>
    sealed class Picture
    {
        readonly Part part;
        readonly int width;
        readonly float[][] weights, biases;
        readonly float[] last;

        internal Picture(Reader r, Agent agent, Part part, int width)
        {
            this.part = part;
            this.width = width;
            int each = 1 + 2 * agent.blocks, inputs = part.Channels, high = part.Height, wide = part.Width;
            weights = new float[agent.channels.Length * each][];
            biases = new float[weights.Length][];
            for (int k = 0; k < weights.Length; k++)
            {
                int outputs = agent.channels[k / each];
                weights[k] = r.Array(outputs, 9 * inputs);
                biases[k] = r.Array(outputs);
                inputs = outputs;
                if (k % each != 0) continue;
                high = (high + 1) / 2;
                wide = (wide + 1) / 2;
            }
            last = r.Array(width, (long)high * wide * inputs);
        }

        internal void Look(Room room, Agent agent, float[] y, int at)
        {
            int high = part.Height, wide = part.Width, inputs = part.Channels, k = 0;
            float[] x = room.Pictures[0], one = room.Pictures[1], two = room.Pictures[2];
            for (int i = 0; i < part.Size; i++) x[i] = room.Images[room.FirstPixel + part.First + i];
            foreach (int outputs in agent.channels)
            {
                Convolve(x, one, k++, high, wide, inputs, outputs, false, room.Patch);
                Pool(one, x, high, wide, outputs);
                high = (high + 1) / 2;
                wide = (wide + 1) / 2;
                inputs = outputs;
                for (int block = 0; block < agent.blocks; block++)
                {
                    Convolve(x, one, k++, high, wide, inputs, inputs, true, room.Patch);
                    Convolve(one, two, k++, high, wide, inputs, inputs, true, room.Patch);
                    Maths.Add(x, 0, two, 0, 1, high * wide * inputs);
                }
            }
            int features = high * wide * inputs;
            for (int i = 0; i < features; i++) x[i] = Math.Max(x[i], 0);
            for (int row = 0; row < width; row++) y[at + row] += Maths.Dot(last, row * features, x, 0, features);
        }

        void Convolve(float[] x, float[] y, int number, int high, int wide, int inputs, int outputs, bool relu, float[] patch)
        {
            for (int i = 0; i < high; i++)
                for (int j = 0; j < wide; j++)
                {
                    int to = 0;
                    for (int u = i - 1; u <= i + 1; u++)
                        for (int v = j - 1; v <= j + 1; v++, to += inputs)
                            if (u < 0 || v < 0 || u >= high || v >= wide) Array.Clear(patch, to, inputs);
                            else Array.Copy(x, (u * wide + v) * inputs, patch, to, inputs);
                    for (int k = 0; relu && k < to; k++)
                        if (patch[k] < 0) patch[k] = 0;
                    Maths.Times(weights[number], biases[number], patch, 0, y, (i * wide + j) * outputs, outputs, to);
                }
        }

        /// <summary>The largest of the 3x3 around every second place.</summary>
        static void Pool(float[] x, float[] y, int high, int wide, int channels)
        {
            int to = 0;
            for (int i = 0; i < high; i += 2)
                for (int j = 0; j < wide; j += 2)
                    for (int c = 0; c < channels; c++)
                    {
                        float most = float.NegativeInfinity;
                        for (int u = Math.Max(i - 1, 0); u <= Math.Min(i + 1, high - 1); u++)
                            for (int v = Math.Max(j - 1, 0); v <= Math.Min(j + 1, wide - 1); v++)
                                most = Math.Max(most, x[(u * wide + v) * channels + c]);
                        y[to++] = most;
                    }
        }
    }

    /// <summary>A memory cell: its State numbers of the state lie at a place in an array.</summary>
    abstract class Cell
    {
        internal int State;

        /// <summary>Brings room.X and the state forward.</summary>
        internal abstract void Step(Room room, float[] state, int at);

        internal virtual bool Possible(float[] state, int at)
        {
            for (int k = at; k < at + State; k++)
                if (!(Math.Abs(state[k]) < 1e12f)) return false;
            return true;
        }
    }

    /// <summary>A minGRU or GRU.</summary>
    sealed class Recurrent : Cell
    {
        readonly bool gru;
        readonly float[] weight, bias, recurrent, recurrentBias, last;

        internal Recurrent(Reader r, int width, bool gru)
        {
            this.gru = gru;
            State = width;
            weight = r.Array(3 * width, width);
            bias = r.Array(3 * width);
            recurrent = r.Array(gru ? 3 * width : 0, width);
            recurrentBias = r.Array(gru ? 3 * width : 0);
            last = r.Array(width, width);
        }

        internal override void Step(Room room, float[] state, int at)
        {
            int w = State;
            float[] p = room.Gates, q = room.Back, y = room.Normal;
            Maths.Rms(room.X, y, w);
            Maths.Times(weight, bias, y, 0, p, 0, 3 * w, w);
            if (gru) Maths.Times(recurrent, recurrentBias, state, at, q, 0, 3 * w, w);
            for (int k = 0; k < w; k++)
            {
                float before = state[at + k];
                if (gru)
                {
                    float candidate = Maths.Tanh(p[2 * w + k] + Maths.Sigmoid(p[k] + q[k]) * q[2 * w + k]);
                    y[k] = state[at + k] = candidate + Maths.Sigmoid(p[w + k] + q[w + k]) * (before - candidate);
                    continue;
                }
                float gate = p[2 * w + k], now = before + Maths.Sigmoid(p[k]) * (Maths.Tanh(p[w + k]) - before);
                state[at + k] = now;
                y[k] = now * gate * Maths.Sigmoid(gate);
            }
            for (int row = 0; row < w; row++) room.X[row] += Maths.Dot(last, row * w, y, 0, w);
        }
    }

    /// <summary>A table of what each action led to at each place.</summary>
    sealed class Table : Cell
    {
        const int Learned = -2;

        internal readonly int Rows, Values, Units;
        readonly Agent agent;
        readonly int keys;
        readonly Encoder encoder;
        readonly float[] value, valueBias, read, context, contextBias, carry, mix, pick, last, actionKeys;

        internal Table(Reader r, Agent agent)
        {
            int w = agent.width;
            this.agent = agent;
            keys = r.Integer(Learned, agent.parts.Length - 1);
            Rows = r.Integer(1, 1 << 20);
            Values = r.Integer(1, 256);
            Units = r.Integer(1, 1024);
            bool carries = r.Integer(0, 1) == 1;
            State = Rows * (Values + 1) + (keys == Learned ? Rows : 1);
            Reader.Need(agent.numbers == 0 && agent.heads > 0 && (keys == Learned || Places() * agent.actions == Rows));
            value = r.Array(Values, w);
            valueBias = r.Array(Values);
            read = r.Array(Units, Values + 1);
            context = r.Array(Units, w);
            contextBias = r.Array(Units);
            carry = carries ? r.Array(Units, Units) : null;
            mix = r.Array(Units, Units);
            pick = r.Array(Units);
            last = r.Array(w, 2 * Units);
            if (keys != Learned) return;
            encoder = new Encoder(r, agent, Rows, false);
            actionKeys = r.Array(agent.actions, Rows);
        }

        long Places()
        {
            if (keys < 0) return 1;
            Part part = agent.parts[keys];
            Reader.Need(part.Kind == Kind.Symbols);
            long places = 1;
            for (int k = 0; k < part.Size && part.Codes > 1 && places <= 1 << 20; k++) places *= part.Codes;
            return places;
        }

        internal override bool Possible(float[] state, int at)
        {
            if (!base.Possible(state, at)) return false;
            for (int k = 0; k < Rows; k++)
                if (state[at + (keys == Learned ? Values * Rows + k : k * (Values + 1) + Values)] < 0) return false;
            float place = state[at + State - 1];
            return keys == Learned || (place >= 0 && place < Rows / agent.actions && place == Math.Floor(place));
        }

        internal override void Step(Room room, float[] state, int at)
        {
            Maths.Rms(room.X, room.Normal, agent.width);
            Maths.Times(value, valueBias, room.Normal, 0, room.Written, 0, Values, agent.width);
            room.Written[Values] = 1;
            for (int h = 0, first = 0; h < agent.heads; first += agent.choices[h++])
                if (room.Before[h] > 0) Write(room, state, at, first + room.Before[h] - 1);
            if (keys == Learned) RecallLearned(room, state, at);
            else Recall(room, state, at);
            Decide(room);
        }

        /// <summary>Writes what an action led to.</summary>
        void Write(Room room, float[] state, int at, int taken)
        {
            int wide = Values + 1;
            if (keys != Learned)
            {
                int place = (int)state[at + State - 1];
                Maths.Add(state, at + (place * agent.actions + taken) * wide, room.Written, 0, 1, wide);
                return;
            }
            Find(room.Address, state, at + Rows * wide, taken);
            for (int k = 0; k < wide; k++) Maths.Add(state, at + k * Rows, room.Address, 0, room.Written[k], Rows);
        }

        void Recall(Room room, float[] state, int at)
        {
            int wide = Values + 1, here = 0;
            Part part = keys < 0 ? null : agent.parts[keys];
            for (int k = 0; part != null && k < part.Size; k++)
                here = here * part.Codes + room.Symbols[room.FirstSymbol + part.First + k];
            Array.Copy(state, at + here * agent.actions * wide, room.Facts, 0, agent.actions * wide);
            state[at + State - 1] = here;
        }

        void RecallLearned(Room room, float[] state, int at)
        {
            int wide = Values + 1, logits = at + Rows * wide;
            encoder.Encode(room, agent.symbols, agent.quantities, state, logits);
            for (int action = 0; action < agent.actions; action++)
            {
                Find(room.Address, state, logits, action);
                for (int k = 0; k < wide; k++)
                    room.Facts[action * wide + k] = Maths.Dot(state, at + k * Rows, room.Address, 0, Rows);
            }
        }

        /// <summary>The address of an action: softmax-like, of length 1.</summary>
        void Find(float[] address, float[] logits, int at, int action)
        {
            int key = action * Rows;
            float top = float.NegativeInfinity, sum = 0;
            for (int k = 0; k < Rows; k++) top = Math.Max(top, logits[at + k] + actionKeys[key + k]);
            for (int k = 0; k < Rows; k++)
            {
                address[k] = Maths.Exp(logits[at + k] + actionKeys[key + k] - top);
                sum += address[k] * address[k];
            }
            float by = (float)Math.Sqrt(sum);
            for (int k = 0; k < Rows; k++) address[k] /= by;
        }

        /// <summary>What is known of every action, and what it says to the features.</summary>
        void Decide(Room room)
        {
            int n = agent.actions, u = Units;
            Maths.Times(context, contextBias, room.Normal, 0, room.Context, 0, u, agent.width);
            float top = float.NegativeInfinity, sum = 0;
            for (int k = 0; k < n; k++)
            {
                Know(room, k);
                room.Score[k] = Maths.Dot(pick, 0, room.Known, k * u, u);
                top = Math.Max(top, room.Score[k]);
            }
            for (int k = 0; k < n; k++) sum += room.Score[k] = Maths.Exp(room.Score[k] - top);
            Array.Clear(room.Both, 0, 2 * u);
            for (int k = 0; k < n; k++)
            {
                Maths.Add(room.Both, 0, room.Known, k * u, room.Score[k] / sum, u);
                Maths.Add(room.Both, u, room.Known, k * u, 1.0f / n, u);
            }
            for (int row = 0; row < agent.width; row++) room.X[row] += Maths.Dot(last, row * 2 * u, room.Both, 0, 2 * u);
            if (room.Chosen) Maths.Add(room.Choices, 0, room.Known, 0, 1, n * u);
            else Array.Copy(room.Known, room.Choices, n * u);
            room.Chosen = true;
        }

        void Know(Room room, int action)
        {
            int u = Units, wide = Values + 1, facts = action * wide, at = action * u;
            float share = 1 / (1 + room.Facts[facts + Values]);
            for (int k = 0; k < Values; k++) room.Facts[facts + k] *= share;
            room.Facts[facts + Values] = share;
            Maths.Times(read, room.Context, room.Facts, facts, room.Known, at, u, wide);
            if (carry != null && room.Chosen)
            {
                Maths.Times(carry, null, room.Choices, at, room.Mixed, 0, u, u);
                Maths.Add(room.Known, at, room.Mixed, 0, 1, u);
            }
            for (int k = at; k < at + u; k++) room.Known[k] *= Maths.Sigmoid(room.Known[k]);
            Maths.Times(mix, null, room.Known, at, room.Mixed, 0, u, u);
            for (int k = 0; k < u; k++) room.Known[at + k] += room.Mixed[k] * Maths.Sigmoid(room.Mixed[k]);
        }
    }

    static class Maths
    {
        internal static bool Finite(float x) { return x - x == 0; }

        internal static float Exp(float x) { return (float)Math.Exp(x); }

        internal static float Sigmoid(float x) { return (float)(1 / (1 + Math.Exp(-x))); }

        /// <summary>By way of exp, which takes half the time of Math.Tanh.</summary>
        internal static float Tanh(float x) { return (float)(1 - 2 / (1 + Math.Exp(2.0 * x))); }

        /// <summary>In float64, which costs no time here; four sums, which processors add at the same time.</summary>
        internal static float Dot(float[] a, int at, float[] b, int from, int n)
        {
            double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            int end = from + n, four = end - 3;
            while (from < four)
            {
                s0 += (double)a[at] * b[from];
                s1 += (double)a[at + 1] * b[from + 1];
                s2 += (double)a[at + 2] * b[from + 2];
                s3 += (double)a[at + 3] * b[from + 3];
                at += 4;
                from += 4;
            }
            while (from < end) s0 += (double)a[at++] * b[from++];
            return (float)(s0 + s1 + (s2 + s3));
        }

        /// <summary>y = bias + matrix [outputs, inputs] x; no bias where it is null.</summary>
        internal static void Times(float[] matrix, float[] bias, float[] x, int from, float[] y, int at, int outputs, int inputs)
        {
            for (int row = 0; row < outputs; row++)
                y[at + row] = Dot(matrix, row * inputs, x, from, inputs) + (bias == null ? 0 : bias[row]);
        }

        /// <summary>y += by x.</summary>
        internal static void Add(float[] y, int at, float[] x, int from, float by, int n)
        {
            for (int k = 0; k < n; k++) y[at + k] += by * x[from + k];
        }

        internal static void Rms(float[] x, float[] y, int n)
        {
            float by = (float)(1 / Math.Sqrt(Dot(x, 0, x, 0, n) / n + 1e-5));
            for (int k = 0; k < n; k++) y[k] = x[k] * by;
        }

        /// <summary>asinh or nothing of a distance from the mean, within -10 and 10.</summary>
        internal static float Scaled(float value, float mean, float deviation, bool squeezed)
        {
            if (!(deviation > 0)) return 0;
            double away = ((double)value - mean) / deviation, size = Math.Abs(away);
            if (squeezed) away = Math.Sign(away) * Math.Log(Math.Sqrt(size * size + 1) + size);
            return (float)Math.Min(Math.Max(away, -10), 10);
        }
    }

    /// <summary>Random streams: splitmix64, the same in all languages.</summary>
    static class Streams
    {
        const ulong Golden = 0x9E3779B97F4A7C15;

        static ulong Mix(ulong x)
        {
            unchecked
            {
                x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
                x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
                return x ^ (x >> 31);
            }
        }

        internal static ulong Combine(ulong seed, ulong number)
        {
            unchecked
            {
                return Mix(Mix(seed + Golden) ^ (number * Golden + Golden));
            }
        }

        internal static float Uniform(ulong lane, ulong number) { return (Combine(lane, number) >> 40) / 16777216.0f; }

        internal static float Normal(ulong lane, ulong number)
        {
            const double Unit = 1.0 / 4294967296.0;
            ulong bits = Combine(lane, number);
            double radius = Math.Sqrt(-2 * Math.Log(((bits >> 32) + 1) * Unit));
            return (float)(radius * Math.Cos(2 * Math.PI * Unit * (bits & 0xFFFFFFFF)));
        }
    }

    /// <summary>Whole numbers and arrays of agent.bin, from the first to the last.</summary>
    sealed class Reader
    {
        readonly int[] integers;
        readonly float[] floats;
        int next, at;

        internal Reader(byte[] bytes, int integers, int text, int floats)
        {
            this.integers = new int[integers];
            this.floats = new float[floats];
            Buffer.BlockCopy(bytes, Agent.Header, this.integers, 0, 4 * integers);
            Buffer.BlockCopy(bytes, Agent.Header + 4 * integers + text, this.floats, 0, 4 * floats);
            foreach (float x in this.floats) Need(Maths.Finite(x));
        }

        internal static void Need(bool good)
        {
            if (!good) throw new GamemetaException("agent.bin is damaged; export the agent again.");
        }

        internal int Integer(int least, int most)
        {
            Need(next < integers.Length && integers[next] >= least && integers[next] <= most);
            return integers[next++];
        }

        internal int[] Integers(int count, int least, int most)
        {
            var values = new int[count];
            for (int k = 0; k < count; k++) values[k] = Integer(least, most);
            return values;
        }

        internal float[] Array(long rows, long columns = 1)
        {
            long left = floats.Length - at;
            Need(rows == 0 || columns == 0 || (rows <= left && columns <= left && rows * columns <= left));
            var values = new float[rows * columns];
            System.Array.Copy(floats, at, values, 0, values.Length);
            at += values.Length;
            return values;
        }

        internal void End() { Need(next == integers.Length && at == floats.Length); }
    }

    /// <summary>Little-endian bytes that end with their CRC-32.</summary>
    static class Bytes
    {
        static readonly uint[] Sums = AllSums();

        static uint[] AllSums()
        {
            var sums = new uint[256];
            for (uint k = 0; k < 256; k++)
            {
                uint sum = k;
                for (int bit = 0; bit < 8; bit++) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
                sums[k] = sum;
            }
            return sums;
        }

        internal static uint Checksum(byte[] bytes, int size)
        {
            uint sum = 0xFFFFFFFF;
            for (int k = 0; k < size; k++) sum = Sums[(sum ^ bytes[k]) & 0xFF] ^ (sum >> 8);
            return ~sum;
        }

        internal static bool Whole(byte[] bytes)
        {
            return BitConverter.ToUInt32(bytes, bytes.Length - 4) == Checksum(bytes, bytes.Length - 4);
        }

        internal static bool Starts(byte[] bytes, string mark) { return Encoding.ASCII.GetString(bytes, 0, 8) == mark; }

        internal static bool Are(byte[] bytes, int at, int value) { return BitConverter.ToUInt32(bytes, at) == (uint)value; }

        internal static void Put(byte[] bytes, int at, uint value)
        {
            for (int k = 0; k < 4; k++) bytes[at + k] = (byte)((value >> (8 * k)) & 0xFF);
        }

        internal static void Put(byte[] bytes, int at, ulong value)
        {
            Put(bytes, at, (uint)(value & 0xFFFFFFFF));
            Put(bytes, at + 4, (uint)(value >> 32));
        }
    }
}
