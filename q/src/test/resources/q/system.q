q)\d
`.
q)\d .foo
q)\d
`.foo
q)bar:1
q)bar
1
q)\d .
q).foo.bar
1
q)bar
'bar
q)\a
`symbol$()
q)t:([]a:1 2)
q)\a
,`t
q)\v
,`t
q)f:{x}
q)\f
,`f
q)\b
`symbol$()
q)\P
7i
q)\S
-314159i
q)\W
2i
q)system "a"
,`t
q)system "P"
7i
q)\nosuch
'nyi
q)\ls
'nyi
q).z.p
2024.03.05D10:11:12.123456789
q).z.P
2024.03.05D10:11:12.123456789
q).z.d
2024.03.05
q).z.t
10:11:12.123
q).z.n
0D10:11:12.123456789
q).z.z
2024.03.05T10:11:12.123
q).z.D
2024.03.05
q)type .z.u
-11h
q).z.w
0i
q).z.K
4.1
q)type .Q.w[]
99h
q)key .Q.w[]
`used`heap`peak`wmax`mmap`mphy`syms`symw
q)key `.
`f`t
q)delete bar from `.foo
`.foo
q)key `.foo
()
q)a:1
q)delete a from `.
`.
q)a
'a

/ What is left out says so.
q)hopen `::5010
'nyi
q)read0 `:x
'nyi
q)`:x set 1
'access
q)exit 0
'nyi
q)getenv `HOME
'nyi
q)`:x
`:x
q)k)1+1
2
q)view `a
'type
q).h.hy
'.h.hy
q).j.j 1
,"1"
