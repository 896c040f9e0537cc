// Plays cases of scripts/fuzzing/cases.py by Gamemeta.cs.
using System;
using System.Collections.Generic;
using Gamemeta;

static class Exports
{
    sealed class Wrong : Exception { public Wrong(string words) : base(words) { } }

    static int Main()
    {
        var words = new Dictionary<string, string>();
        for (string line = Console.ReadLine(); line != null; line = Console.ReadLine())
        {
            if (line == "end")
            {
                Console.WriteLine(Outcome(words).Replace("\n", " | "));
                words.Clear();
                continue;
            }
            int space = line.IndexOf(' ');
            words[line.Substring(0, space)] = line.Substring(space + 1);
        }
        return 0;
    }

    static string Outcome(Dictionary<string, string> words)
    {
        try { Play(words); return "good"; }
        catch (GamemetaException wrong) { return "refused: " + wrong.Message; }
        catch (Exception error) { return error.GetType().Name + ": " + error.ToString().Substring(0, Math.Min(1500, error.ToString().Length)); }
    }

    static byte[] Of(Dictionary<string, string> words, string word) { return Convert.FromBase64String(words[word]); }

    static void Play(Dictionary<string, string> words)
    {
        Agent agent = Agent.Load(Of(words, "agent"));
        int n = int.Parse(words["n"]), longer = int.Parse(words["longer"]), odd = int.Parse(words["odd"]);
        ulong seed = ulong.Parse(words["seed"]);
        Mind mind = agent.Begin(n, seed);
        Steps(agent, mind, words, longer, odd);
        if (odd >= 0) Odd(agent, mind, odd, int.Parse(words["place"]));
        mind.Forget();
        Steps(agent, agent.Resume(Of(words, "memory")), words, 0, -1);
    }

    static void Steps(Agent agent, Mind mind, Dictionary<string, string> words, int longer, int odd)
    {
        byte[] symbols = Of(words, "symbols"), quantities = Of(words, "quantities"), images = Of(words, "images");
        byte[] rewards = Of(words, "reward"), dones = Of(words, "done");
        var obs = new Observation(agent, mind.N);
        if (obs.Symbols.Length + obs.Quantities.Length + obs.Images.Length > 1000000) return;
        for (int k = 0; k < obs.Symbols.Length; k++) obs.Symbols[k] = BitConverter.ToInt32(symbols, 4 * (k % 13));
        for (int k = 0; k < obs.Quantities.Length; k++) obs.Quantities[k] = BitConverter.ToSingle(quantities, 4 * (k % 13));
        for (int k = 0; k < obs.Images.Length; k++) obs.Images[k] = images[k % images.Length];
        var reward = new float[Math.Max(0, mind.N + longer)];
        var done = new bool[reward.Length];
        for (int t = 0; t < 3; t++)
        {
            for (int i = 0; i < reward.Length; i++)
            {
                reward[i] = BitConverter.ToSingle(rewards, 4 * (i % 2));
                done[i] = dones[(t + i) % 3] != 0;
            }
            byte[] before = mind.Memory();
            float[] answer;
            try { answer = mind.Act(obs, reward, done); }
            catch (GamemetaException)
            {
                if (!Same(before, mind.Memory())) throw new Wrong("a wrong act has changed the memory");
                throw;
            }
            Check(agent, answer, mind.N);
        }
    }

    static void Check(Agent agent, float[] answer, int n)
    {
        int width = agent.ActionSize;
        if (answer.Length != n * width) throw new Wrong("an answer of another length");
        for (int k = 0; k < answer.Length; k++)
        {
            int h = k % width;
            if (float.IsNaN(answer[k]) || float.IsInfinity(answer[k])) throw new Wrong("an action is not finite");
            if (h < agent.Choices.Count && !(answer[k] >= 0 && answer[k] < agent.Choices[h] && answer[k] == Math.Floor(answer[k])))
                throw new Wrong("an action is no choice");
        }
    }

    static bool Same(byte[] a, byte[] b)
    {
        if (a.Length != b.Length) return false;
        for (int k = 0; k < a.Length; k++) if (a[k] != b[k]) return false;
        return true;
    }

    static void Odd(Agent agent, Mind mind, int odd, int place)
    {
        int[] sizes = { 0, -1, 1, 2, 3, int.MaxValue, int.MinValue, 1 << 20, 1 << 27 };
        float[] numbers = { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3.4e38f, -1, 1e-45f };
        string[] names = { null, "", "x", "place", "speed", "action_mask", "eye", "body.height" };
        int size = sizes[odd % sizes.Length], other = sizes[place % sizes.Length];
        float number = numbers[odd % numbers.Length];
        string name = names[odd % names.Length];
        var obs = new Observation(agent, mind.N);
        int length = Math.Max(0, Math.Min(size, 1000));
        Action[] calls =
        {
            () => agent.Begin(size), () => agent.Skill = number, () => agent.Part(name), () => new Observation(agent, size),
            () => new Observation(null, 1), () => obs.Set(name, 1), () => obs.Set(name, number), () => obs.Set(name, new int[length]),
            () => obs.Set(name, new float[length]), () => obs.Set(name, new byte[length]), () => obs.Set(name, (int[])null),
            () => obs.Set(name, (float[])null), () => obs.Set(name, (byte[])null), () => obs.Set(name, 1, other),
            () => mind.Act(obs, number, false), () => mind.Act(null, new float[mind.N], new bool[mind.N]), () => mind.Act(obs, null, null),
            () => mind.Act(obs, new float[length], new bool[mind.N]), () => mind.Act(obs, new float[mind.N], new bool[length]),
            () => mind.Act(new Observation(agent, 1 + length % 4), new float[mind.N], new bool[mind.N]), () => mind.Forget(new bool[length]),
            () => mind.Forget(null), () => Agent.Load(null), () => Agent.Load(new byte[length]), () => agent.Resume(null),
            () => agent.Resume(new byte[length]), () => agent.Half(0),
        };
        byte[] before = mind.Memory();
        try { calls[place % (calls.Length - 1)](); }
        catch (GamemetaException)
        {
            if (!Same(before, mind.Memory())) throw new Wrong("a wrong call has changed the memory");
            throw;
        }
    }
}
