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
q).h.ht
'.h.ht
q).j.j 1
,"1"

/ What follows a command after a blank and a slash is a remark.
q)\d   / where
`.
q)\P 3 / fewer digits
q)1%3
0.333
q)\P   / how many
3i
q)\P 7
q)\S -5 / again
q)r:3?1000
q)\S -5
q)r~3?1000
1b
q)\S
-5i
q)x:system"S 0N"
q)r:5?1f
q)system"S ",string x
q)r~5?1f
1b
q)\a .nowhere
'.nowhere
q)\E
0i
q)v::w+1 / pending until it is asked for
q)\B / none has been
,`v
q)w:1
q)v
2
q)\B
`symbol$()
q).z.q
0b
q).z.H~key .z.W
1b
q)type .z.c
-6h
q)count .Q.res
44
q)`insert in .Q.res
1b
q)`asc in key`.q
1b
q)type .Q.k
-9h

/ More digits than a float has are all of them.
q)\P 18
q)\P
17i
q)1%3
0.33333333333333331
q)\P 7

/ What answers a message, where nobody has said otherwise: clients put something around it.

q).z.pg"1+1"
2
q)@[value;`.z.ps;{`none}]"2+2"
4

/ The lines of a script as its statements, and where each begins.
q).Q.ld("/ area";"area:{";"  x*y";" }";"";"area[2;3]")
1        2                   6
"/ area" "area:{\n  x*y\n }" "area[2;3]"
q).Q.ld("/";"a long remark";"\\";"a:1";"\\";"never read")
4
"a:1"

/ A keyword that is no primitive is sent as a lambda that calls it.
q)-9!-8!(til;lj)
{til[x]}
{lj[x;y]}
q)(-9!-8!(til;ssr))[1]["a-b";"-";"+"]
"a+b"
q)first -9!-8!(each;1)
k){x'y}
q)(-22!(til;each))=count -8!(til;each)
1b
