// An agent of gamemeta as a component, without ML-Agents and without Inference Engine. SPDX-License-Identifier: MIT
//
// Gamemeta.cs and this file go into Assets; drag agent.bytes onto Weights. The component keeps the memory: it lasts
// over the attempts at a level, goes into save games, and is cleared by Forget alone.
using Gamemeta;
using UnityEngine;

public sealed class GamemetaAgent : MonoBehaviour
{
    public TextAsset Weights;
    [Range(0, 1)] public float Skill = 1;
    public int Seed;

    Agent agent;
    Mind mind;
    float reward;
    bool done;

    /// <summary>What the agent sees: write every part before Decide.</summary>
    public Observation Obs { get; private set; }

    public void Awake()
    {
        agent = Agent.Load(Weights.bytes);
        if (Skill < 1) agent.Skill = Skill;
        Obs = new Observation(agent);
        mind = agent.Begin(1, unchecked((ulong)Seed));
    }

    /// <summary>What the last action earned; several calls between two decisions add up.</summary>
    public void AddReward(float more) { reward += more; }

    /// <summary>The attempt is over: the next Decide is the first of a new one. The memory stays.</summary>
    public void EndAttempt() { done = true; }

    /// <summary>The next action: codes of all heads, then numbers. The array is written anew by the next call.</summary>
    public float[] Decide()
    {
        float[] action = mind.Act(Obs, reward, done);
        reward = 0;
        done = false;
        return action;
    }

    /// <summary>A new level, or a new player: the memory is cleared.</summary>
    public void Forget()
    {
        mind.Forget();
        reward = 0;
        done = false;
    }

    /// <summary>Bytes for a save game: reward and done of the last action, then the memory.</summary>
    public byte[] Save()
    {
        byte[] memory = mind.Memory(), save = new byte[memory.Length + 5];
        System.BitConverter.GetBytes(reward).CopyTo(save, 0);
        save[4] = (byte)(done ? 1 : 0);
        memory.CopyTo(save, 5);
        return save;
    }

    /// <summary>Goes on from the bytes of Save; a GamemetaException where they are damaged or of another agent.</summary>
    public void Load(byte[] save)
    {
        if (save == null || save.Length < 5) throw new GamemetaException("these bytes are no save of an agent");
        byte[] memory = new byte[save.Length - 5];
        System.Array.Copy(save, 5, memory, 0, memory.Length);
        float earned = System.BitConverter.ToSingle(save, 0);
        Mind resumed = agent.Resume(memory);
        if (resumed.N != 1 || float.IsNaN(earned) || float.IsInfinity(earned))
            throw new GamemetaException("these bytes are no save of one agent");
        mind = resumed;
        reward = earned;
        done = save[4] != 0;
    }
}
