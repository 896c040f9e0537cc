// Plays with one mind, by lines on standard input: see ports.py. mcs Play.cs Gamemeta.cs && mono Play.exe
using System;
using System.Globalization;
using System.IO;
using Gamemeta;

static class Play
{
    static Agent agent;
    static Mind mind;

    static void Main()
    {
        for (string line = Console.ReadLine(); line != null; line = Console.ReadLine())
        {
            string[] words = line.Split(' ');
            try { Console.WriteLine("> " + Answer(words)); }
            catch (GamemetaException wrong) { Console.WriteLine("> " + wrong.Message); }
        }
    }

    static string Answer(string[] words)
    {
        switch (words[0])
        {
            case "load": agent = Agent.Load(File.ReadAllBytes(words[1])); break;
            case "begin": mind = agent.Begin(1, ulong.Parse(words[1])); break;
            case "resume": mind = agent.Resume(File.ReadAllBytes(words[1])); break;
            case "save": File.WriteAllBytes(words[1], mind.Memory()); break;
            default: return Act(words).ToString();
        }
        return "ok";
    }

    static int Act(string[] words)
    {
        var obs = new Observation(agent);
        for (int k = 0; k < obs.Symbols.Length; k++) obs.Symbols[k] = int.Parse(words[3 + k]);
        float reward = float.Parse(words[1], CultureInfo.InvariantCulture);
        return (int)mind.Act(obs, reward, words[2] == "1")[0];
    }
}
