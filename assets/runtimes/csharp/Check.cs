// Check.cs: replays trace.bin with Gamemeta.cs. SPDX-License-Identifier: MIT
//
// mcs -optimize+ Check.cs Gamemeta.cs && mono Check.exe agent.bin trace.bin [--time]
// Prints the largest error of a logit, equal actions of all, whether memories are equal, and ok or failed.
using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using Gamemeta;

static class Check
{
    static int Main(string[] words)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (words.Length < 2) return Fail("Check.exe AGENT.BIN TRACE.BIN [--time]");
        try
        {
            var replay = new Replay(Agent.Load(File.ReadAllBytes(words[0])), File.ReadAllBytes(words[1]));
            return replay.Report(words.Length > 2 && words[2] == "--time");
        }
        catch (GamemetaException wrong) { return Fail(wrong.Message); }
        catch (IOException wrong) { return Fail(wrong.Message); }
        catch (ArgumentException) { return Fail("trace.bin is cut off."); }
        catch (IndexOutOfRangeException) { return Fail("trace.bin is cut off."); }
    }

    static int Fail(string words)
    {
        Console.Error.WriteLine(words);
        return 1;
    }
}

sealed class Replay
{
    const double Limit = 2e-5;
    const int Begin = 1, Act = 2, Forget = 3, Save = 4, Resume = 5;

    readonly Agent agent;
    readonly byte[] trace;
    readonly Observation one;
    readonly int symbols, quantities, pixels, images, events;
    Mind mind;
    Observation shown;
    float[] reward;
    bool[] done;
    double largest;
    long equal, all, decisions;
    bool memoryEqual = true, timed;

    internal Replay(Agent agent, byte[] trace)
    {
        if (trace.Length < 16 || System.Text.Encoding.ASCII.GetString(trace, 0, 8) != "GMTRACE1")
            throw new GamemetaException("trace.bin is no trace.");
        this.agent = agent;
        this.trace = trace;
        one = new Observation(agent);
        symbols = 16;
        quantities = symbols + 4 * Int(8) * one.Symbols.Length;
        images = quantities + 4 * Int(8) * one.Quantities.Length;
        pixels = one.Images.Length;
        events = images + (Int(8) * pixels + 3) / 4 * 4;
    }

    internal int Report(bool time)
    {
        Play();
        bool good = largest <= Limit && equal == all && all > 0 && memoryEqual;
        Console.WriteLine("error " + largest.ToString("0.00e+00"));
        Console.WriteLine("actions " + equal + " " + all);
        Console.WriteLine("memory " + (memoryEqual ? "equal" : "differs"));
        if (time) Console.WriteLine("us " + Time().ToString("0.0"));
        Console.WriteLine(good ? "ok" : "failed");
        return good ? 0 : 1;
    }

    /// <summary>Microseconds of processor time a decision.</summary>
    double Time()
    {
        timed = true;
        decisions = 0;
        double begun = Milliseconds(), spent = 0;
        while (spent < 500)
        {
            Play();
            spent = Milliseconds() - begun;
        }
        return 1000 * spent / decisions;
    }

    static double Milliseconds() { return Process.GetCurrentProcess().TotalProcessorTime.TotalMilliseconds; }

    void Play()
    {
        int at = events;
        for (int k = Int(12); k > 0; k--)
        {
            int kind = Int(at), size = Int(at + 4);
            at += 8;
            if (kind == Begin)
            {
                agent.Skill = BitConverter.ToDouble(trace, at + 12);
                Mind(agent.Begin(Int(at), BitConverter.ToUInt64(trace, at + 4)));
            }
            else if (kind == Act) Step(at);
            else if (kind == Forget)
            {
                for (int i = 0; i < mind.N; i++) done[i] = Int(at + 4 * i) != 0;
                mind.Forget(done);
            }
            else if (kind == Save && !timed) CompareMemory(Slice(at + 4, Int(at)));
            else if (kind == Resume) Mind(agent.Resume(Slice(at + 4, Int(at))));
            at += size;
        }
    }

    void Mind(Mind begun)
    {
        mind = begun;
        if (shown != null && reward.Length == mind.N) return;
        shown = new Observation(agent, mind.N);
        reward = new float[mind.N];
        done = new bool[mind.N];
    }

    void Step(int at)
    {
        int n = mind.N, outputs = at + 12 * n, actions = outputs + 4 * n * agent.OutputSize;
        for (int i = 0; i < n; i++)
        {
            int which = Int(at + 4 * i);
            Show(symbols, which, 4 * one.Symbols.Length, shown.Symbols, i);
            Show(quantities, which, 4 * one.Quantities.Length, shown.Quantities, i);
            Show(images, which, pixels, shown.Images, i);
            reward[i] = Float(at + 4 * (n + i));
            done[i] = Int(at + 4 * (2 * n + i)) != 0;
        }
        float[] action = mind.Act(shown, reward, done);
        decisions += n;
        if (timed) return;
        for (int k = 0; k < n * agent.OutputSize; k++) largest = Math.Max(largest, Apart(mind.Outputs[k], Float(outputs + 4 * k)));
        for (int k = 0; k < action.Length; k++)
        {
            int number = k % agent.ActionSize - agent.Choices.Count;
            double limit = number < 0 ? 0 : Limit * agent.Half(number);
            if (Math.Abs((double)action[k] - Float(actions + 4 * k)) <= limit) equal++;
            all++;
        }
    }

    void Show(int pool, int which, int bytes, Array part, int i)
    {
        Buffer.BlockCopy(trace, pool + which * bytes, part, i * bytes, bytes);
    }

    /// <summary>Compares the memory with the golden one, and goes on from it.</summary>
    void CompareMemory(byte[] golden)
    {
        byte[] mine = mind.Memory();
        int first = 72 + 8 * mind.N, end = first;
        for (int k = 48; k < 60; k += 4) end += 4 * mind.N * BitConverter.ToInt32(golden, k);
        bool same = mine.Length == golden.Length;
        for (int k = 0; same && k < golden.Length - 4; k++)
            if (k < first || k >= end) same = mine[k] == golden[k];
        for (int k = first; same && k < end; k += 4)
            same = Apart(BitConverter.ToSingle(mine, k), BitConverter.ToSingle(golden, k)) <= Limit;
        memoryEqual &= same;
        Mind(agent.Resume(mine));
    }

    /// <summary>The distance of two numbers, relative beyond 1.</summary>
    static double Apart(double mine, double golden)
    {
        double away = Math.Abs(mine - golden) / Math.Max(1, Math.Abs(golden));
        return double.IsNaN(away) ? double.MaxValue : away;
    }

    int Int(int at) { return BitConverter.ToInt32(trace, at); }

    float Float(int at) { return BitConverter.ToSingle(trace, at); }

    byte[] Slice(int at, int size)
    {
        var bytes = new byte[size];
        Buffer.BlockCopy(trace, at, bytes, 0, size);
        return bytes;
    }
}
