/ Symbols enumerated over a variable: with $ all must be there, with ? they are added.

q)fruit:`apple`pear`plum
q)basket:`fruit$`pear`pear`apple
q)basket
`fruit$`pear`pear`apple
q)type basket
20h
q)type first basket
-20h
q)"j"$basket
1 1 0
q)"i"$first basket
1i
q)key basket
`fruit
q)value basket
`pear`pear`apple
q)basket=`pear
110b
q)basket~`pear`pear`apple
0b
q)basket?`apple
2
q)`fruit$`kiwi
'cast
q)`fruit?`kiwi`pear
`fruit$`kiwi`pear
q)fruit
`apple`pear`plum`kiwi
q)`fruit!2 0 3
`fruit$`plum`apple`kiwi
q)basket[0]:`plum
q)basket
`fruit$`plum`pear`apple
q)basket[0]:`cherry
'cast
q)basket,`fruit$enlist`plum
`fruit$`plum`pear`apple`plum
q)-1#basket
`fruit$,`apple
q)group basket
plum | 0
pear | 1
apple| 2
q)`fruit$()
`fruit$()
q)string basket
"plum"
"pear"
"apple"
q)`new?`a`b`a
`new$`a`b`a
q)new
`a`b
q)([]f:basket;n:1 2 3)
f     n
-------
plum  1
pear  2
apple 3
q)select n from ([]f:basket;n:1 2 3) where f=`pear
n
-
2
q)-3!basket
"`fruit$`plum`pear`apple"

/ A keyed table makes a foreign key: a dot follows it.

q)city:([name:`paris`rome`oslo]land:`fr`it`no;people:2 3 1)
q)trip:([]to:`city$`rome`oslo`rome;days:3 5 2)
q)trip
to   days
---------
rome 3   
oslo 5   
rome 2   
q)meta trip
c   | t f    a
----| --------
to  | s city  
days| j       
q)fkeys trip
to| city
q)select to.land,days from trip
land days
---------
it   3   
no   5   
it   2   
q)select sum days by to.land from trip
land| days
----| ----
it  | 5   
no  | 5   
q)select from trip where to.people>1
to   days
---------
rome 3   
rome 2   
q)exec to.people wsum days from trip
20f
q)`trip insert (`paris;1)
,3
q)`trip insert (`bonn;1)
'cast
q)count trip
4
q)`trip upsert (`oslo;9)
`trip
q)exec last to from trip
`city$`oslo
q)update days:0 from trip where to=`rome
to    days
----------
rome  0   
oslo  5   
rome  0   
paris 1   
oslo  9   
q)`city$`rome
`city$`rome

/ The only symbol of an enumeration.
q)side:`buy`sell
q)`side$1#`sell
`side$,`sell
q)(`side$1#`buy;`side$`buy`sell)
`side$,`buy
`side$`buy`sell
q)([]s:`a`b;x:(`side$1#`buy;`side$`buy`sell))
s x              
-----------------
a `side$,`buy    
b `side$`buy`sell
q)1#`side$`sell`buy
`side$,`sell

/ Whole numbers as a foreign key.
q)clerk:([id:1 2 3]name:`ann`bob`cy;town:`rome`oslo`rome)
q)pay:([]who:`clerk$2 1 2 3;euro:10 20 30 40)
q)pay
who euro
--------
2   10  
1   20  
2   30  
3   40  
q)pay.who
`clerk$2 1 2 3
q)meta pay
c   | t f     a
----| ---------
who | j clerk  
euro| j        
q)select who.name,euro from pay where euro>10
name euro
---------
ann  20  
bob  30  
cy   40  
q)select sum euro by who.town from pay
town| euro
----| ----
oslo| 40  
rome| 60  
q)pay.who.name
`bob`ann`bob`cy
q)`clerk$7
'cast
q)`pay insert (3;50)
,4
q)`pay insert (9;50)
'cast
q)value pay`who
2 1 2 3 3
q)`long$pay`who
1 0 1 2 2
q)type pay`who
20h
q)key pay`who
`clerk
q)fkeys pay
who| clerk
q)select from pay where who=2
who euro
--------
2   10  
2   30  
q)update who:1 from `pay where euro=50
`pay
q)pay.who
`clerk$2 1 2 3 1

/ A link: row numbers of a table, itself perhaps.
q)folk:([]name:`ada`ben`cem`dua;age:61 35 33 8)
q)update parent:`folk!0N 0 0 2 from `folk
`folk
q)folk
name age parent
---------------
ada  61        
ben  35  0     
cem  33  0     
dua  8   2     
q)folk.parent
`folk!0N 0 0 2
q)meta folk
c     | t f    a
------| --------
name  | s       
age   | j       
parent| j folk  
q)select name,parent.name from folk
name name1
----------
ada       
ben  ada  
cem  ada  
dua  cem  
q)select name,old:parent.parent.age from folk where age<34
name old
--------
cem     
dua  61 
q)reverse folk.parent
`folk!2 0 0 0N
q)1+folk.parent
0N 1 1 3
q)folk.parent.age
0N 61 61 33

/ What is enumerated over a variable follows it where its items are replaced.
q)fruit:`apple`pear`plum
q)basket:([]f:`fruit$`pear`plum`pear;n:1 2 3)
q)top:first basket`f
q)pair:`k`v!(`fruit$`plum`apple;1 2)
q)fruit[1]:`quince
q)basket
f      n
--------
quince 1
plum   2
quince 3
q)top
`fruit$`quince
q)pair
k| plum apple
v| 1    2
q)"i"$basket`f
1 2 1i
q)fruit,:`fig
q)basket`f
`fruit$`quince`plum`quince
q)fruit:`apple`quince
q)basket`f
`fruit$`quince``quince
q)one:``u
q)two:``u
q)(`one$`u)~`two$`u
0b
q)(`one$`u`u)~`one$`u`u
1b
q)(`one$`u)=`two$`u
1b
q)null`one$``u
00b
q)null`one$`
0b

/ An item of a foreign key knows its table.
q)owner:([id:`x`y]city:`rome`oslo)
q)pets:([]pet:`rex`tom;of:`owner$`y`x)
q)pets[0;`of]
`owner$`y
q)key pets[0;`of]
`owner
q).Q.fk pets[1;`of]
`owner
q)value pets[0;`of]
`y

/ All enumerations have the one type 20h.
q)type pets`of
20h
q)-10!20h
0b
q)-10!21h
1b
q)-10!5h
'type
