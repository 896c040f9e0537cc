// A guard that learns which exit you make for, keeps it in the save game and forgets it on a new game.
//
// gamemeta export tag --to csharp --out guard; then Gamemeta.cs and agent.bin, renamed to agent.bytes, go into Assets.
// Put this script on an object and drag agent.bytes onto Weights. The rules are those of the game `tag`.
using System;
using Gamemeta;
using UnityEngine;

public sealed class GuardGame : MonoBehaviour
{
    static readonly string[] Map =
    {
        "1.....2",
        ".#...#.",
        ".......",
        "...D...",
        ".......",
        ".#...#.",
        "3.....4",
    };
    const int Side = 7, Middle = 3, View = 2, Opens = 6, Limit = 30, Stay = 4;
    const string SaveKey = "guard";

    public TextAsset Weights;
    public float Skill = 1;

    public int GuardWins { get; private set; }
    public int Matches { get; private set; }

    readonly int[] view = new int[25], exits = new int[8], offsets = new int[2];
    Agent agent;
    Mind guard;
    Observation obs;
    int guardRow, guardColumn, row, column, step, aim;
    float reward;
    bool done, decided, guardWon, left;

    public void Start()
    {
        agent = Agent.Load(Weights.bytes);
        agent.Skill = Skill;
        obs = new Observation(agent);
        guard = agent.Begin(1, (ulong)DateTime.Now.Ticks);
        if (PlayerPrefs.HasKey(SaveKey)) Continue();
        Place();
    }

    public void Update()
    {
        if (Input.GetKeyDown(KeyCode.UpArrow)) Turn(0);
        else if (Input.GetKeyDown(KeyCode.DownArrow)) Turn(1);
        else if (Input.GetKeyDown(KeyCode.LeftArrow)) Turn(2);
        else if (Input.GetKeyDown(KeyCode.RightArrow)) Turn(3);
        else if (Input.GetKeyDown(KeyCode.Space)) Turn(Stay);
        else if (Input.GetKeyDown(KeyCode.N)) NewGame();
    }

    /// <summary>Another player: the guard knows nothing again.</summary>
    public void NewGame()
    {
        guard.Forget();
        GuardWins = Matches = 0;
        PlayerPrefs.DeleteKey(SaveKey);
        Place();
    }

    /// <summary>One turn: the guard decides on what it sees, and both move.</summary>
    public void Turn(int move)
    {
        Show();
        int answer = (int)guard.Act(obs, reward, done)[0];
        reward = 0;
        done = false;
        step++;
        if (!decided)
        {
            Walk(ref guardRow, ref guardColumn, answer);
            if (step > Opens) Run(move);
            if (decided || step < Limit) return;
            guardWon = true;
        }
        done = true;
        reward = guardWon ? 1 : 0;
        GuardWins += guardWon ? 1 : 0;
        Matches++;
        Save();
        Place();
    }

    // Reward and done of the last step belong to the save game: the next Act needs them.
    void Save()
    {
        PlayerPrefs.SetString(SaveKey, (reward > 0 ? "1" : "0") + Convert.ToBase64String(guard.Memory()));
    }

    void Continue()
    {
        try
        {
            string saved = PlayerPrefs.GetString(SaveKey);
            guard = agent.Resume(Convert.FromBase64String(saved.Substring(1)));
            reward = saved[0] == '1' ? 1 : 0;
            done = true;
        }
        catch (Exception wrong) when (wrong is GamemetaException || wrong is FormatException)
        {
            Debug.LogWarning("The guard starts anew: " + wrong.Message);
        }
    }

    void Place()
    {
        row = column = Middle;
        guardRow = 0;
        guardColumn = Middle;
        step = 0;
        aim = -1;
        decided = guardWon = left = false;
    }

    static char Tile(int y, int x) { return y < 0 || x < 0 || y >= Side || x >= Side ? '#' : Map[y][x]; }

    static bool Walk(ref int y, ref int x, int move)
    {
        int toY = y + (move == 1 ? 1 : 0) - (move == 0 ? 1 : 0), toX = x + (move == 3 ? 1 : 0) - (move == 2 ? 1 : 0);
        if (move == Stay || Tile(toY, toX) == '#' || Tile(toY, toX) == 'D') return false;
        y = toY;
        x = toX;
        return true;
    }

    // The runner takes two tiles, until it is caught or out.
    void Run(int move)
    {
        if (left && Caught())
        {
            decided = guardWon = true;
            return;
        }
        for (int k = 0; k < 2 && !decided && Walk(ref row, ref column, move); k++)
        {
            left = true;
            int exit = Tile(row, column) - '1';
            bool onExit = exit >= 0 && exit < 4;
            if (onExit) aim = exit;
            guardWon = Caught();
            decided = guardWon || onExit;
        }
    }

    bool Caught() { return guardRow == row && guardColumn == column; }

    void Show()
    {
        for (int y = 0; y < 5; y++)
            for (int x = 0; x < 5; x++)
            {
                int atY = guardRow + y - View, atX = guardColumn + x - View;
                char tile = Tile(atY, atX);
                int code = tile == '.' ? 0 : tile == '#' ? 1 : tile == 'D' ? 6 : 2 + tile - '1';
                view[5 * y + x] = atY == row && atX == column ? 8 : code;
            }
        for (int k = 0; k < 4; k++)
        {
            exits[2 * k] = (k / 2 == 0 ? 0 : Side - 1) - guardRow + 16;
            exits[2 * k + 1] = (k % 2 == 0 ? 0 : Side - 1) - guardColumn + 16;
        }
        offsets[0] = row - guardRow + 16;
        offsets[1] = column - guardColumn + 16;
        obs.Set("view", view);
        obs.Set("exits", exits);
        obs.Set("runner", offsets);
        obs.Set("time", Math.Min(step, 31));
        obs.Set("outcome", !decided ? 0 : aim >= 0 ? aim + 1 : 5);
    }
}
