// What examples/unity needs of UnityEngine, and a player who always runs to the same exit.
using System;
using System.Collections.Generic;
using System.IO;

namespace UnityEngine
{
    public class MonoBehaviour { }

    public class TextAsset { public byte[] bytes; }

    public enum KeyCode { UpArrow, DownArrow, LeftArrow, RightArrow, Space, N }

    public static class Input { public static bool GetKeyDown(KeyCode key) { return false; } }

    public static class Debug { public static void LogWarning(object words) { Console.WriteLine(words); } }

    public static class PlayerPrefs
    {
        static readonly Dictionary<string, string> Saved = new Dictionary<string, string>();
        public static bool HasKey(string key) { return Saved.ContainsKey(key); }
        public static string GetString(string key) { return Saved[key]; }
        public static void SetString(string key, string value) { Saved[key] = value; }
        public static void DeleteKey(string key) { Saved.Remove(key); }
    }
}

static class Player
{
    static int Main(string[] words)
    {
        var first = new int[6];
        var weights = new UnityEngine.TextAsset { bytes = File.ReadAllBytes(words[0]) };
        var game = new GuardGame { Weights = weights };
        game.Start();
        for (int round = 0; round < 40; round++)
        {
            game.NewGame();
            for (int match = 0; match < 6; match++)
            {
                if (match == 3)
                {
                    game = new GuardGame { Weights = weights };
                    game.Start();
                }
                int before = game.GuardWins, over = game.Matches;
                for (int turn = 0; game.Matches == over; turn++) game.Turn(turn < 6 ? 4 : turn % 4 < 2 ? 1 : 3);
                first[match] += game.GuardWins - before;
            }
        }
        Console.WriteLine(string.Join(" ", first));
        return 0;
    }
}
