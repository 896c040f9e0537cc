// Probe.cs: what tests ask of Gamemeta.cs. Probe.exe AGENT.BIN WORD ...
using System;
using System.IO;
using Gamemeta;

static class Probe
{
    static int Main(string[] words)
    {
        byte[] bytes = File.ReadAllBytes(words[0]);
        Agent agent = Agent.Load(bytes);
        if (words[1] == "begin")
        {
            Mind mind = Played(agent.Begin(2, 7), agent, 0, 20);
            mind.Forget(new[] { false, true });
            Save(mind, words[2]);
        }
        if (words[1] == "resume") Save(Played(agent.Resume(File.ReadAllBytes(words[2])), agent, 20, 20), words[3]);
        if (words[1] == "wrong") Wrong(agent, bytes, File.ReadAllBytes(words[2]));
        if (words[1] == "allocates") Allocates(agent);
        if (words[1] == "mutate") Mutate(agent, bytes, int.Parse(words[2]));
        return 0;
    }

    static void Save(Mind mind, string path) { File.WriteAllBytes(path, mind.Memory()); }

    // The observation, reward and done of step t, as the test has them in Python.
    static Mind Played(Mind mind, Agent agent, int first, int count)
    {
        var obs = new Observation(agent, mind.N);
        var reward = new float[mind.N];
        var done = new bool[mind.N];
        for (int t = first; t < first + count; t++)
        {
            for (int i = 0; i < mind.N; i++)
            {
                obs.Set("body.height", new[] { 0.5f * t % 3, 1f, -t % 4 }, i);
                obs.Set("place", new[] { (t + i) % 3, t / 3 % 3 }, i);
                obs.Set("speed", new[] { 0.25f * (t % 5), -1f }, i);
                reward[i] = (t + i) % 4 == 0 ? 1 : 0;
                done[i] = (t + 3 * i) % 9 == 0;
            }
            mind.Act(obs, reward, done);
        }
        return mind;
    }

    static void Wrong(Agent agent, byte[] bytes, byte[] others)
    {
        Mind mind = agent.Begin();
        byte[] memory = mind.Memory();
        var good = new Observation(agent);
        var bad = new Observation(agent);
        Says("NaN", () => { bad.Set("speed", new[] { float.NaN, 0 }); mind.Act(bad, 0, false); });
        bad.Set("speed", new[] { 0f, 0 });
        Says("symbol", () => { bad.Set("place", new[] { 0, 3 }); mind.Act(bad, 0, false); });
        Says("part", () => good.Set("palce", 1));
        Says("shape", () => good.Set("place", new[] { 1 }));
        Says("type", () => good.Set("place", new[] { 1f, 2f }));
        Says("mind", () => good.Set("place", new[] { 1, 2 }, 1));
        Says("minds", () => mind.Act(new Observation(agent, 2), 0, false));
        Says("reward", () => mind.Act(good, float.PositiveInfinity, false));
        Says("missing", () => mind.Act(null, 0, false));
        Says("n", () => agent.Begin(0));
        Says("many", () => agent.Begin(1 << 20));
        Says("skill", () => agent.Skill = double.NaN);
        Says("cut", () => Agent.Load(Cut(bytes, bytes.Length - 5)));
        Says("short", () => Agent.Load(Cut(bytes, 20)));
        Says("none", () => Agent.Load(null));
        Says("other", () => agent.Resume(others));
        Says("damaged", () => { memory[100] ^= 1; agent.Resume(memory); });
        Says("text", () => agent.Resume(new byte[200]));
        memory[100] ^= 1;
        byte[] after = mind.Memory();
        for (int k = 0; k < memory.Length; k++)
            if (memory[k] != after[k]) throw new InvalidOperationException("wrong input has changed the memory");
    }

    static byte[] Cut(byte[] bytes, int size)
    {
        var cut = new byte[size];
        Array.Copy(bytes, cut, size);
        return cut;
    }

    static void Says(string what, Action wrong)
    {
        try { wrong(); }
        catch (GamemetaException words)
        {
            Console.WriteLine(what + "\t" + words.Message);
            return;
        }
        Console.WriteLine(what + "\tnothing");
    }

    static void Allocates(Agent agent)
    {
        Mind mind = agent.Begin();
        var obs = new Observation(agent);
        mind.Act(obs, 0, true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int t = 0; t < 1000; t++) mind.Act(obs, t % 2, t % 7 == 0);
        long acting = GC.GetAllocatedBytesForCurrentThread() - before;
        mind.Memory();
        Console.WriteLine(acting + " " + (GC.GetAllocatedBytesForCurrentThread() - before - acting));
    }

    // Weights, memories and observations with random bytes, checksums right: words, or it plays.
    static void Mutate(Agent agent, byte[] bytes, int count)
    {
        var random = new Random(0);
        int played = 0, refused = 0;
        byte[] memory = Played(agent.Begin(2, 7), agent, 0, 5).Memory();
        for (int k = 0; k < count; k++)
        {
            byte[] weights = Mutated(bytes, random, k % 2 == 0 ? 8 : bytes.Length), saved = Mutated(memory, random, memory.Length);
            try
            {
                Agent one = k % 3 == 0 ? Agent.Load(weights) : agent;
                Played(k % 3 == 1 ? one.Resume(saved) : one.Begin(2, 1), one, k, 3);
                Mind mind = one.Begin();
                var obs = new Observation(one);
                for (int j = 0; j < obs.Symbols.Length; j++) obs.Symbols[j] = random.Next(-1, 4);
                for (int j = 0; j < obs.Quantities.Length; j++) obs.Quantities[j] = Float(random);
                mind.Act(obs, Float(random), false);
                played++;
            }
            catch (GamemetaException) { refused++; }
        }
        Console.WriteLine(played + " " + refused);
    }

    static float Float(Random random)
    {
        return BitConverter.ToSingle(BitConverter.GetBytes(random.Next()), 0);
    }

    static byte[] Mutated(byte[] bytes, Random random, int last)
    {
        var changed = Cut(bytes, bytes.Length);
        for (int k = random.Next(4); k >= 0; k--) changed[Math.Min(8 + random.Next(last), bytes.Length - 5)] = (byte)random.Next(256);
        Bytes.Put(changed, changed.Length - 4, Bytes.Checksum(changed, changed.Length - 4));
        return changed;
    }
}
