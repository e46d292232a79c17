q)1=1
1b
q)1=2
0b
q)1 2 3=1 5 3
101b
q)1<>2
1b
q)1 2 3<2
100b
q)1 2 3>2
001b
q)1 2 3<=2
110b
q)1 2 3>=2
011b
q)"abc"="abd"
110b
q)"abc"<"b"
100b
q)`a=`a`b
10b
q)`a<`b
1b
q)`b`a<>`b
01b
q)1=1f
1b
q)1f=1+1e-14
1b
q)1<1+1e-14
0b
q)0n=0n
1b
q)0N=0N
1b
q)0N<-0W
1b
q)0Ni=0N
1b
q)1i=1
1b
q)2024.01.01=2024.01.01D00:00
1b
q)2024.01.01D12:30<13:00
1b
q)09:30=09:30:00
1b
q)2024.01m<2024.02.01
1b
q)(1;2 3)=(1;2 4)
1b
10b
q)(`a`b!1 2)=1
a| 1
b| 0
q)([]a:1 2)=2
a
-
0
1
q)1~1
1b
q)1~1f
0b
q)1 2~1 2
1b
q)(1;`a)~(1;`a)
1b
q)()~()
1b
q)`a`b!1 2
a| 1
b| 2
q)(`a`b!1 2)~`a`b!1 2
1b
q)1f~1+1e-14
1b
q)"a"~enlist "a"
0b
q)1 2 3~2
0b

/ within, in.
q)3 within 1 5
1b
q)1 2 3 4 within 2 3
0110b
q)09:35 within 09:30 10:00
1b
q)"c" within "af"
1b
q)`b within `a`c
1b
q)2024.01.05 within 2024.01.01 2024.02.01
1b
q)2 in 1 2 3
1b
q)1 5 in 1 2 3
10b
q)`a in `a`b
1b
q)"b" in "abc"
1b
q)2 in 2
1b
q)1 in ()
0b
q)(1 2;3 4) in (1 2;5 6)
10b
q)1 2 in (1 2;3 4)
1b
q)"abc" in ("abc";"de")
1b
q)not 1b
0b
q)not 0 1 0N
100b
q)any 001b
1b
q)all 101b
0b
q)any 0 0 2
1b
q)all 1 2 3
1b
q)all ()
1b
q)any ()
0b
q)differ 1 1 2 2 1
10101b
q)differ "aab"
101b
q)deltas 1 3 6
1 2 3
q)1=`a
'type
q)`a=1
'type
