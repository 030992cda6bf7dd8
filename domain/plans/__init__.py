"""Annual review plans (年度评审工作计划): made before review work starts, from documents in force. Art. 9(3).

A plan has five sections (time, procedure, experts, indicators, groups). The unit adopts it itself (R-9.8); there is
one in force per unit and year (R-9.6). Later stages tell a plan when a round of one of its groups starts and ends.
"""
