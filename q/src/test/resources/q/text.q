/ JSON both ways.

q).j.j `a`b!(1;"two")
"{\"a\":1,\"b\":\"two\"}"
q).j.j ([]a:1 2;b:`x`y)
"[{\"a\":1,\"b\":\"x\"},\n {\"a\":2,\"b\":\"y\"}]"
q).j.j (1b;0N;1.5;`s;"text";2024.03.05)
"[true,null,1.5,\"s\",\"text\",\"2024-03-05\"]"
q).j.j 1 2 3
"[1,2,3]"
q).j.j "say \"hi\""
"\"say \\\"hi\\\"\""
q).j.j ()
"[]"
q).j.k "{\"a\":1,\"b\":[true,null]}"
a| 1f
b| (1b;0n)
q).j.k "[1,2,3]"
1 2 3f
q).j.k "[{\"a\":1},{\"a\":2}]"
a
-
1
2
q).j.k "\"x\\ny\""
"x\ny"
q).j.k "[1,"
'type
q).j.k .j.j `n`l!(5;1 2)
n| 5f
l| 1 2f
q).j.jd(1 0w;()!())
"[1,inf]"
q).j.jd(1 0w;enlist[`null0w]!enlist 1b)
"[1,null]"

/ Delimited text in memory: columns from lines, lines from columns.

q)("IS";",")0:("1,x";"2,y")
1 2
x y
q)("IS";enlist",")0:("n,s";"1,x";"2,y")
n s
---
1 x
2 y
q)("I S";",")0:("1,drop,x";"2,drop,y")
1 2
x y
q)("SF*";" ")0:("a 1.5 p";"b 2.5 q")
a    b
1.5  2.5
,"p" ,"q"
q)("IC";2 1)0:("12a";" 3b")
12 3
a  b
q)csv 0:([]n:1 2;s:`x`y)
"n,s"
"1,x"
"2,y"
q)";"0:(1 2;`x`y)
"1;x"
"2;y"
q)","0:([]t:("plain";"with,comma"))
,"t"
"plain"
"\"with,comma\""
q)"S=;"0:"a=1;b=2"
a    b
,"1" ,"2"
q)"I:,"0:"1:x,2:y"
1    2
,"x" ,"y"
q)csv
","
q)`:file 0:enlist"x"
'nyi

/ Tokens, bytes and the other internal functions.

q)-4!"a:b+10"
,"a"
,":"
,"b"
,"+"
"10"
q)-8!1 2i
0x01000000160000000600020000000100000002000000
q)-9!-8!`a`b!(1;"x")
a| 1
b| "x"
q)-9!0x0000
'badmsg
q)-14!"a\"b"
"\"a\"\"b\""
q)-15!"abc"
0x900150983cd24fb0d6963f7d28e17f72
q)-22!til 3
38
q)-27!(2;3.14159)
"3.14"
q)-1!`x
`:x
q)-2!`s#1 2
`s
q)-5!"1+x"
+
1
`x
q)-6!(+;1;2)
3
q)-24!(+;1;2)
3
q).Q.sha1"abc"
0xa9993e364706816aba3e25717850c26c9cd0d89d
q).Q.btoa"hello"
"aGVsbG8="
q).Q.x10 1000
"AAAAAAAAPo"
q).Q.j10 .Q.x10 1000
1000
q).Q.x12 1000
"0000000000RS"
q).Q.j12 .Q.x12 1000
1000
q).Q.f[2]each 1.005 -0.001 12345.678
"1.00"
"-0.00"
"12345.68"
q).Q.fmt[8;3]3.14159
"   3.142"
q).Q.addmonths[2024.01.31;1 2]
2024.03.02 2024.03.31
q).Q.dd[`a;`b`c]
`a.b`a.c
q).Q.dd[`:dir;`file]
`:dir/file
q).Q.id`$"2 x"
`a2x
q).Q.opt("-port";"5011";"-keep";"1h";"2h")
port| ,"5011"
keep| ("1h";"2h")
q).Q.def[`port`name!(5010;`x)].Q.opt("-port";"5011")
port| 5011
name| `x
q).Q.ty each (1 2;"a";(1 2;3 4);(1;`a))
"jcJ "
q).Q.V([]a:1 2)
a| 1 2
q).Q.v`nothing
'nothing
q).Q.v 5
5
q).Q.fu[{x*x};2 2 3]
4 4 9
q).Q.ft[{2#x};([k:1 2 3]v:4 5 6)]
k| v
-| -
1| 4
2| 5
q).Q.ff[([]a:1 2);enlist`b`a!9 9]
a b
---
1  
2  
q).Q.en[::;([]s:`p`q;n:1 2)]
s n
---
p 1
q 2
q)sym
`p`q
q).Q.s1(1;`a;"b")
"(1;`a;\"b\")"
q).Q.trp[{x+`a};1;{[e;b]e}]
"type"
q)f:{2*g x};g:{x+`a}
q).Q.trp[f;1;{[e;b].Q.sbt b}]
"  [3]  g:{x+`a}\n           ^\n  [2]  f:{2*g x}\n            ^\n  [1]  (.Q.t..
q).Q.trpd[{x%y};(1;2);{[e;b]e}]
0.5
q)count key`.q
134
q).q?(#:)
`count

/ A string is bytes: what they mean is the business of whoever shows them.

q)"Z\303\274rich"
"Z\303\274rich"
q)count"Z\303\274rich"
7
q)reverse"a\303\274"
"\274\303a"
q)"\303\274"=upper"\303\274"
11b
q)-1 "nowhere to print it"
-1
q)1 raze("a";"b");

/ Dates as people write them.

q)"D"$"240305"
2024.03.05
q)"D"$"05Mar2024"
2024.03.05
q)"D"$"05mar24"
2024.03.05
q)"D"$"2024/mar/05"
2024.03.05
q)"D"$"03/05/2024"
2024.03.05
q)"D"$"Mar/05/2024"
2024.03.05
q)"D"$"31/12/2024"
0Nd
q)"D"$("2024-03-05";"20240305";"5 March")
2024.03.05 2024.03.05 0Nd
q)","0:([]x:("plain";"a,b";"c\"d";"e\",f"))
,"x"
"plain"
"\"a,b\""
"c\"d"
"\"e\"\",f\""
q).Q.s1 "J=*,"0:"5=\"hello,world\",6=1"
"(5 6;(\"hello,world\";,\"1\"))"
q)"Z"$"04 Jun 2013 07:00:13"
2013.06.04T07:00:13.000
q)"T"$("+0900";"-0530")
09:00:00.000 -05:30:00.000

/ The keys of pairs are whole numbers or symbols.
q)"D=;"0:"0=hello;1=world"
'IJS
q).Q.gz[::]
1b
q).Q.gz .Q.gz(6;"abcabcabc")
"abcabcabc"
q)100>count .Q.gz(9;5000#"tick")
1b
q).Q.gz"not packed"
'domain
q).Q.gz(0;"a")
'domain
q).Q.id(`$("in";"my col";"mycol";"mycol"))!til 4
in1   | 0
mycol | 1
mycol1| 2
mycol2| 3
