q)upper "abc"
"ABC"
q)lower "ABC"
"abc"
q)upper `abc
`ABC
q)upper ("ab";"cd")
"AB"
"CD"
q)trim "  ab  "
"ab"
q)ltrim "  ab  "
"ab  "
q)rtrim "  ab  "
"  ab"
q)"," vs "a,b,c"
,"a"
,"b"
,"c"
q)"," sv ("a";"b";"c")
"a,b,c"
q)"," sv ("ab";"cd")
"ab,cd"
q)", " sv ("ab";"cd")
"ab, cd"
q)" " vs "one two"
"one"
"two"
q)"--" vs "a--b"
,"a"
,"b"
q)` sv `a`b`c
`a.b.c
q)` vs `a.b.c
`a`b`c
q)` sv ("ab";"cd")
"ab\ncd\n"
q)` vs "ab\ncd"
"ab"
"cd"
q)"abc" like "a*"
1b
q)"abc" like "?bc"
1b
q)"abc" like "[ax]bc"
1b
q)"abc" like "[^a]bc"
0b
q)"abc" like "abcd"
0b
q)`abc`abd`xyz like "ab*"
110b
q)("abc";"xyz") like "*z"
01b
q)"a*b" like "a[*]b"
1b
q)"hello" ss "l"
2 3
q)"hello world" ss "o"
4 7
q)ssr["hello";"l";"L"]
"heLLo"
q)ssr["hello";"l";{upper x}]
"heLLo"
q)ssr["a.b.c";".";"-"]
"a-b-c"
q)string `abc
"abc"
q)"abc",string 5
"abc5"
q)count "abc"
3
q)"abc" 0 2
"ac"
q)reverse "abc"
"cba"
q)"b" in "abc"
1b
q)raze ("ab";"cd")
"abcd"
q)md5 "abc"
0x900150983cd24fb0d6963f7d28e17f72
q)-3!"abc"
"\"abc\""
q).Q.s1 (1;`a;"b")
"(1;`a;\"b\")"
q).Q.s1 ([]a:1 2)
"+(,`a)!,1 2"
q).Q.s `a`b!1 2
"a| 1\nb| 2\n"
q).Q.btoa "hello"
"aGVsbG8="
q).Q.id `$"a b"
`ab
q).Q.dd[`a;`b]
`a.b
q).Q.f[2] 3.14159
"3.14"
q).Q.fmt[8;2] 3.14159
"    3.14"
q).Q.a
"abcdefghijklmnopqrstuvwxyz"
q).Q.n
"0123456789"
q).Q.ty 1 2
"j"
q).Q.ty `a
"s"
q)value "1+2"
3
q)value "a:5"
5
q)value `a
5
q)parse "1+2"
+
1
2
q)parse "a+b*c"
+
`a
(*;`b;`c)
q)parse "f[x;y]"
`f
`x
`y
q)parse "`a`b"
a b
q)parse "select a from t"
?
`t
()
0b
(,`a)!,`a
q)parse "select a,b:sum c by d from t where e>1,f=`x"
?
`t
,((>;`e;1);(=;`f;,`x))
(,`d)!,`d
`a`b!(`a;(sum;`c))
q)parse "exec a from t"
?
`t
()
()
,`a
q)parse "update a:1 from t"
!
`t
()
0b
(,`a)!,1
q)parse "delete from t where a=1"
!
`t
,,(=;`a;1)
0b
`symbol$()
q)parse "delete a from t"
!
`t
()
0b
,,`a
q)eval parse "1+2"
3
q)eval (+;1;2)
3
q)eval (+;1;(*;2;3))
7
q)eval `a
5
q)eval enlist `a
`a
q)reval (+;1;2)
3
q)lower 5
'type
q)"a" like 5
'type
q)10 vs (7;12 345)
0 0 3
0 1 4
7 2 5
q)"a star*" ss "[*]"
,6
q)"abc" ss "a*c"
'length
q)ssr["abc";"*";"x"]
'length

/ A byte other than zero is a base: its digits are as many as a long has whole ones.
q)0x40 vs 2
0x00000000000000000002
q)0x24 vs 1000
0x000000000000000000001b1c
q)0x0 vs 2h
0x0002
q)0x40 vs 2h
'type
q)("tick";"tock")like"*"
11b
q)"watch"like"**"
'nyi
q)"watch"like"*a*h"
'nyi
q)"watch"like"*a*"
1b
q)"w*a*h"like"*[*]a[*]*"
1b
q)(`tick;`tock`watch)like"t*"
'type
q)(`tick;"watch")like"t*"
10b

/ A width that is null is none.
q)0N$"abc"
""
q)1 0N 3$"abc"
,"a"
""
"c  "
