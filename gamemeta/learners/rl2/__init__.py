"""RL^2 (Duan et al. 2016; Wang et al. 2016): memory as the task learner, PPO as the meta-learner."""
