"""Telling those who must know: who hears of which event, and the inbox in which they find it. Art. 8(5), 9(7), 10, 13.

`audience` is one total table: event -> who hears of it -> the words, in Chinese and English. A message holds ids only;
its words are made when it is read, under the reader's rights, so nothing secret lies in it.

Names: Message (消息), RelayTrouble (未能转发的事件).
"""
