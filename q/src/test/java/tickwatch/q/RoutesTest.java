package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * What can be asked in two ways has one answer: all at once or item by item, as a query or as a
 * function, by an attribute's path or without. Values are random; the second way is the obvious
 * one.
 */
final class RoutesTest {
  private record Type(String pool, String suffix, boolean isNumber, boolean isTime) {
    Type(String pool, String suffix) {
      this(pool, suffix, true, false);
    }

    static Type time(String pool, String suffix) {
      return new Type(pool, suffix, false, true);
    }
  }

  private static final List<Type> TYPES =
      List.of(
          new Type("0N 0W -0W 0 1 2 -3 7 100", ""),
          new Type("0N 0W -0W 0 1 2 -3 7 100", "i"),
          new Type("0N 0W -0W 0 1 2 -3 7 100", "h"),
          new Type("0n 0w -0w 0 0.5 1 -2.25 100.125 1e10", "f"),
          new Type("0n 0w -0w 0 0.5 1 -2.25 100.125", "e"),
          Type.time("0N 2020.01.01D00:00:00 2020.01.01D12:30:00.5 1999.12.31D23:59:59 0W", "p"),
          Type.time("0Nd 2000.01.01 2020.02.29 1999.12.31 2020.03.01", ""),
          Type.time("0N 0D00:00:01 1D00:00:00 -0D00:00:01 0D12:00:00.000000001", "n"),
          Type.time("0Nu 00:00 12:30 23:59 25:00", ""),
          Type.time("0Nt 00:00:00.000 12:30:01.500 23:59:59.999", ""),
          new Type("01", "b", false, false),
          new Type("abcx ", "c", false, false),
          new Type("a b c dd", "s", false, false));

  /** Of one vector {@code a}, not empty. */
  private static final String[][] OF_ANY = {
    {"not null a", "not each null each a"},
    {"string a", "string each a"},
    {"string a", "string peach a"},
    {"prev a", "(enlist first 0#a),-1_a"},
    {"next a", "(1_a),enlist first 0#a"},
    {"2 xprev a", "prev prev a"},
    {"-1 xprev a", "next a"},
    {"fills a", "{$[null y;x;y]}\\[a]"},
    {"differ a", "1b,1_not a~'prev a"},
    {"reverse a", "a((count a)-1)-til count a"},
    {"distinct a", "a where(til count a)=a?a"},
    {"group a", "(distinct a)!{where y~\\:x}[;a]each distinct a"},
    {"asc a", "a iasc a"},
    {"desc a", "a idesc a"},
    {"rank a", "iasc iasc a"},
    {"iasc a", "raze{where y~\\:x}[;a]each distinct asc a"},
    {"idesc a", "raze{where y~\\:x}[;a]each distinct desc a"},
    {"a?a", "a?/:a"},
    {"a in 2#a", "(count 2#a)>(2#a)?a"},
    {"a in 2#a", "{any y~\\:x}[;2#a]each a"},
    {"a except 2#a", "a where not a in 2#a"},
    {"a inter 2#a", "a where a in 2#a"},
    {"a union reverse a", "distinct a"},
    {"(2#a),2_a", "$[2>count a;2#a;a]"},
    {"(-2_a),-2#a", "$[2>count a;-2#a;a]"},
    {"raze 2 cut a", "a"},
    {"1 rotate a", "(1_a),1#a"},
    {"-1 rotate a", "(-1#a),-1_a"},
    {"3 sublist a", "(3&count a)#a"},
    {"1 2 sublist a", "(2&count 1_a)#1_a"},
    {"-9!-8!a", "a"},
    {"value -3!a,a", "a,a"},
    {"value .Q.s1(a,a)!a,a", "(a,a)!a,a"},
    {"((distinct a)!til count distinct a)a", "(distinct a)?a"},
    {"@[a;0;:;last a]", "(-1#a),1_a"},
    {"@[a;til count a;:;reverse a]", "reverse a"},
    {"{x[0]:last x;x}a", "@[a;0;:;last a]"},
    {"where a=first a", "raze{$[x;enlist y;0#0]}'[a=first a;til count a]"},
    {"a=a", "a='a"},
    {"a<>first a", "not a=\\:first a"},
    {"(`g#a)?a", "a?a"},
    {"a in`g#2#a", "a in 2#a"},
    {"(asc a)?a", "(`#asc a)?a"},
    {"a in asc 3#a", "a in 3#a"},
    {"(`u#distinct a)?a", "(distinct a)?a"},
    {"count distinct a", "count group a"},
    {"first a", "last reverse a"},
    {"a,a", "raze(a;a)"},
    {"flip(a;a)", "a,'a"},
    {"raze a,'a", "raze flip(a;a)"},
    {"a til count a", "a@/:til count a"},
    {"a cross 1#a", "a,\\:first a"},
    {"?[a=first a;a;reverse a]", "{$[x;y;z]}'[a=first a;a;reverse a]"},
    {"max count each string a", "{x|y}/[0;count each string a]"},
    {"1_a", "a _ 0"},
    {"a^a", "a^'a"},
    {"(first 0#a)^a", "a"},
    {"enlist each a", "1 cut a"},
    {"a?`g#a", "a?a"},
    {"(count each group a)a", "`long$sum each a~\\:/:a"},
  };

  /** Of numbers or times, not empty: {@code b} is as long, of another such type or the same. */
  private static final String[][] OF_ORDERED = {
    {"a<b", "a<'b"},
    {"a>b", "a>'b"},
    {"a<=b", "a<='b"},
    {"a>=b", "not a<b"},
    {"a=b", "a='b"},
    {"a&b", "a&'b"},
    {"a|b", "a|'b"},
    {"a+b", "a+'b"},
    {"a-b", "a-'b"},
    {"a*b", "a*'b"},
    {"a%b", "a%'b"},
    {"a div b", "a div'b"},
    {"a mod b", "a mod'b"},
    {"a^b", "a^'b"},
    {"a+first b", "a+\\:first b"},
    {"(first a)-b", "(first a)-/:b"},
    {"b within(min a;max a)", "(b>=min a)&b<=max a"},
    {"(asc a)bin a", "-1+`long$sum each(asc a)<=\\:/:a"},
    {"(asc a)binr a", "`long$sum each(asc a)<\\:/:a"},
    {"max a", "max a where not null a"},
    {"min a", "min a where not null a"},
    {"max a", "max a iasc a"},
    {"maxs a", "max each(1+til count a)#\\:a"},
    {"mins a", "min each(1+til count a)#\\:a"},
    {"3 mmax a", "max each w[3;a]"},
    {"3 mcount a", "`int$sum each not null w[3;a]"},
    {"count a where a>first a", "`long$sum a>first a"},
    {"a xbar b", "a xbar'b"},
  };

  /** Of longs without nulls, not empty. */
  private static final String[][] OF_LONGS = {
    {"sum n", "{x+y}/[n]"},
    {"prd n", "{x*y}/[n]"},
    {"sums n", "{x+y}\\[n]"},
    {"prds n", "{x*y}\\[n]"},
    {"deltas n", "(first n),1_n-prev n"},
    {"avg n", "(sum n)%count n"},
    {"avgs n", "(sums n)%1+til count n"},
    {"n wsum m", "\"f\"$sum n*m"},
    {"3 msum n", "sum each w[3;n]"},
    {"3 mmin n", "min each w[3;n]"},
    {"1b", "all 1e-9>abs(3 mavg n)-avg each w[3;n]"},
    {"1b", "all 1e-6>abs(3 mdev n)-dev each w[3;n]"},
    {"1b", "1e-6>abs(var n)-avg{x*x}n-avg n"},
    {"med n", "{avg(asc x)(floor h),ceiling h:0.5*-1+count x}n"},
    {"@[n;0 0;+;1]", "@[@[n;0;+;1];0;+;1]"},
    {"10 sv 10 vs abs n 0", "abs n 0"},
    {"0x0 sv 0x0 vs n 0", "n 0"},
    {"0b sv 0b vs n 0", "n 0"},
    {"\"J\"$string n", "n"},
    {"neg n", "neg each n"},
    {"abs n", "{$[x<0;neg x;x]}each n"},
    {"signum n", "`int${(x>0)-x<0}each n"},
    {"n mod 3", "n-3*n div 3"},
    {"sum(n;m)", "n+m"},
    {"n+/:m", "flip m+/:n"},
    {"n+\\:m", "{y+x}[m]each n"},
    {"abs[n] xexp 2", "\"f\"$n*n"},
    {"5 xbar n", "5*n div 5"},
    {"where 0<n", "(til count n)where n>0"},
    {"where abs n", "raze(abs n)#'til count n"},
  };

  /** Of tables: {@code t} has s, v, f and time, {@code u} is keyed by s, {@code q} has px. */
  private static final String[][] OF_TABLES = {
    {"select from t where v>0,f<5", "select from(select from t where v>0)where f<5"},
    {"select from t where v>0", "t where 0<t`v"},
    {"delete from t where v>0", "select from t where not v>0"},
    {"select[3;>v]from t", "3 sublist`v xdesc t"},
    {"select[-2]from t", "(neg 2&count t)#t"},
    {"select distinct s from t", "distinct select s from t"},
    {"`s`v xasc t", "`s xasc`v xasc t"},
    {"`s xasc t", "t iasc t`s"},
    {"exec v by s from t", "(asc key d)#d:t[`v]group t`s"},
    {"exec s!v from t", "(t`s)!t`v"},
    {"update m:sum v by s from t", "t,'([]m:{exec sum v from t where s=x}each t`s)"},
    {"update f:2*f from t where v>0", "update f:?[v>0;2*f;f]from t"},
    {
      "select from t where v=(max;v)fby s",
      "select from t where v={exec max v from t where s=x}each s"
    },
    {"t lj u", "t,'u([]s:t`s)"},
    {"t ij u", "select from(t lj u)where s in exec s from u"},
    {"aj[`s`time;t;q]", "t,'{last select px from q where s=x`s,time<=x`time}each t"},
    {"aj[`s`time;t;q]", "aj[`s`time;t;update`g#s from q]"},
    {"count t", "exec count i from t"},
    {"select by s from t", "select last v,last f,last time by s from t"},
    {"0!select by s from t", "{last select from t where s=x}each asc distinct t`s"},
    {"ungroup select v,f by s from t", "select s,v,f from`s xasc t"},
    {"`s xasc`s xgroup t", "select v,f,time by s from t"},
    {"-9!-8!t", "t"},
    {"flip flip t", "t"},
    {"t t?t", "t"},
    {"distinct t", "t where(til count t)=t?t"},
    {
      "select sum v by x:0D00:00:02 xbar time from t",
      "select sum v by x:0D00:00:02 xbar time from update`#time from t"
    },
    {
      "exec count i by 2000000000 xbar time from t",
      "exec count i by 2000000000 xbar time from update`#time from t"
    },
    {
      "exec sum v by 0D00:00:02 xbar time from t where s=`a",
      "{exec sum v by x xbar time from t where s=`a}[0D00:00:02]"
    },
    {
      "update m:last v by 0D00:00:03 xbar time from t",
      "update m:last v by 0D00:00:03 xbar time from update`#time from t"
    },
    {
      "wj1[r;`s`time;t;(q;(max;`px))]",
      "t,'([]px:{[k;a;b]exec max px from q where s=k,time within(a;b)}'[t`s;r 0;r 1])"
    },
  };

  /** Each on a table with attributes and on one without; {@code T} is the table. */
  private static final String[] QUERIES = {
    "select from T where s=`a",
    "select from T where s in`a`c",
    "select from T where s=`a,time>t0",
    "select from T where time within(t0;t1)",
    "select from T where time<t0,s<>`b,v>1",
    "exec i from T where s=`b",
    "select count i by s from T",
    "select last v by s from T where time>=t0",
    "select first f,max v,min v,avg f,dev f,med v by s from T",
    "select sum v by s,x:v>2 from T",
    "select v wavg f,v cor f,count distinct v by s from T",
    "exec distinct s from T",
    "select by s from T where v>0",
    "select n:count i,sum f by 0D00:00:03 xbar time from T where s=`a",
    "select last f by s,0D00:00:03 xbar time from T",
    "update p:prev v,d:deltas v by s from T",
    "select from T where i=(last;i)fby s",
    "asc exec s from T",
    "T asof([]s:`a`b;time:t0)",
    "aj[`s`time;([]s:`a`b`z;time:t0);T]",
    "select[2;<f]s,f from T where s in`a`b",
    "count select from T where s=`c,f>0",
    "(exec s from T)?`c",
    "delete from T where time<t0",
    "raze exec v from`s xgroup T",
    "meta select v,f from T",
  };

  private static final String[] AGGREGATES = {
    "sum v",
    "max f",
    "min v",
    "first v",
    "last f",
    "count i",
    "avg v",
    "med v",
    "var f",
    "sdev f",
    "v wavg f",
    "v wsum f",
    "count distinct v",
    "v cov f",
    "last deltas v",
    "max v-f",
    "sum v>0",
    "all v>0",
    "first desc f",
    "prd v",
    "sum f*v",
    "last f where v>0",
    "max abs v",
    "(max v)-min v",
    "any null f"
  };

  private static final double NEXT_TO_NOTHING = 1e-12;

  private final MapGlobals globals = new MapGlobals();
  private final Interpreter q = new Interpreter(globals, Transcript.CLOCK, Limits.defaults());
  private final StringBuilder set = new StringBuilder();
  private final List<String> wrong = new ArrayList<>();
  private final Set<String> wrongTexts = new HashSet<>();
  private int compared;

  private static String items(Random random, Type type, int count) {
    if (type.suffix.equals("b") || type.suffix.equals("c")) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < count; i++) {
        out.append(type.pool.charAt(random.nextInt(type.pool.length())));
      }
      return type.suffix.equals("b") ? "()," + out + "b" : "(),\"" + out + "\"";
    }
    String[] pool = type.pool.split(" ", -1);
    StringBuilder out = new StringBuilder("(),");
    for (int i = 0; i < count; i++) {
      boolean isName = type.suffix.equals("s");
      out.append(isName ? "`" : i > 0 ? " " : "");
      out.append(isName && random.nextInt(8) == 0 ? "" : pool[random.nextInt(pool.length)]);
    }
    return type.suffix.equals("s") ? out.toString() : out + type.suffix;
  }

  private void set(String name, String text) {
    set.append(name).append(':').append(text).append("; ");
    globals.set(name, q.evaluate(text));
  }

  private Object answer(String text) {
    try {
      return q.evaluate(text);
    } catch (QError e) {
      return "'" + e.word();
    }
  }

  private void same(String one, String other) {
    Object left = answer(one);
    Object right = answer(other);
    compared++;
    boolean same;
    if (left instanceof Value l && right instanceof Value r) {
      globals.set("lhs", l);
      globals.set("rhs", r);
      same = q.evaluate("lhs~rhs").equals(ByteAtom.TRUE) || isNear(l, r);
    } else {
      same = left.equals(right);
    }
    if (!same && wrong.size() < 40 && wrongTexts.add(one)) {
      wrong.add(
          one
              + "  is  "
              + shown(left)
              + "  but  "
              + other
              + "  is  "
              + shown(right)
              + "  with  "
              + set);
    }
  }

  /**
   * Whether floats differ by next to nothing and all else is equal. What cancels out leaves 0 or
   * some 1e-17, by the order in which it was added up, and to {@code ~} no number is near to 0.
   */
  private static boolean isNear(Value one, Value other) {
    if (one instanceof FloatAtom a && other instanceof FloatAtom b) {
      return a.equals(b) || Math.abs(a.value() - b.value()) < NEXT_TO_NOTHING;
    }
    if (one instanceof Dictionary a && other instanceof Dictionary b) {
      return isNear(a.keys(), b.keys()) && isNear(a.values(), b.values());
    }
    if (one instanceof Table a && other instanceof Table b && a.names().equals(b.names())) {
      for (int c = 0; c < a.columns().size(); c++) {
        if (!isNear(a.columns().get(c), b.columns().get(c))) {
          return false;
        }
      }
      return true;
    }
    if (one instanceof Vector a
        && other instanceof Vector b
        && a.type() == b.type()
        && a.length() == b.length()) {
      for (int i = 0; i < a.length(); i++) {
        if (!isNear(a.item(i), b.item(i))) {
          return false;
        }
      }
      return true;
    }
    return Match.same(one, other);
  }

  private static String shown(Object answer) {
    return answer instanceof Value value ? Display.line(value, 7) : answer.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void ofVectors(long seed) {
    Random random = new Random(seed);
    q.evaluate("w:{[k;x]{[k;x;i](neg k&i+1)#(i+1)#x}[k;x]each til count x}");
    for (int round = 0; round < 60; round++) {
      for (Type type : TYPES) {
        set.setLength(0);
        int count = 1 + random.nextInt(random.nextInt(8) == 0 ? 40 : 6);
        set("a", items(random, type, count));
        for (String[] routes : OF_ANY) {
          same(routes[0], routes[1]);
        }
        if (!type.isNumber && !type.isTime) {
          continue;
        }
        Type other = TYPES.get(random.nextInt(2) == 0 ? TYPES.indexOf(type) : random.nextInt(10));
        set("b", items(random, other, count));
        for (String[] routes : OF_ORDERED) {
          same(routes[0], routes[1]);
        }
      }
      set.setLength(0);
      Type small = new Type("0 1 2 -3 7 11", "");
      int count = 1 + random.nextInt(8);
      set("n", items(random, small, count));
      set("m", items(random, small, count));
      for (String[] routes : OF_LONGS) {
        same(routes[0], routes[1]);
      }
    }
    assertThat(compared).isGreaterThan(40_000);
    assertThat(wrong).as("seed %d", seed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void ofTables(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      set.setLength(0);
      int count = 1 + random.nextInt(random.nextInt(4) == 0 ? 60 : 8);
      Type syms = new Type("a b c d", "s", false, false);
      Type times =
          Type.time(
              "2020.01.01D00:00:00 2020.01.01D00:00:01 2020.01.01D00:00:02.5 2020.01.01D00:00:07"
                  + " 2020.01.01D00:00:08",
              "p");
      Type longs = new Type("0N 0 1 2 -3 7", "");
      Type floats = new Type("0n 0 0.5 1 -2.25 8", "f");
      set(
          "t",
          "([]s:%s;v:%s;f:%s;time:asc %s)"
              .formatted(
                  items(random, syms, count),
                  items(random, longs, count),
                  items(random, floats, count),
                  items(random, times, count)));
      int others = 1 + random.nextInt(9);
      set(
          "q",
          "`s`time xasc([]s:%s;time:%s;px:%s)"
              .formatted(
                  items(random, syms, others),
                  items(random, times, others),
                  items(random, floats, others)));
      set("u", "([s:`a`b`d]o:10 20 30;p:`x`y`)");
      set("t0", "2020.01.01D00:00:01");
      set("t1", "2020.01.01D00:00:07");
      set("r", "-0D00:00:02 0D00:00:01+\\:t`time");
      set("bare", "update`#time from t");
      set("dressed", "update`g#s from t");
      for (String[] routes : OF_TABLES) {
        same(routes[0], routes[1]);
      }
      for (String query : QUERIES) {
        same(query.replace("T", "dressed"), query.replace("T", "bare"));
        String text = query.replace("T", "t");
        same(text, "eval parse\"" + text + "\"");
      }
      for (String aggregate : AGGREGATES) {
        same(
            "select v:" + aggregate + " by s from t",
            "([s:`s#k]v:{exec " + aggregate + " from t where s=x}each k:asc distinct t`s)");
        same(
            "exec " + aggregate + " by s from t",
            "exec s!v from select v:" + aggregate + " by s from t");
        same(
            "update v2:" + aggregate + " by s from t",
            "update v2:(exec s!v from select v:" + aggregate + " by s from t)s from t");
      }
    }
    assertThat(compared).isGreaterThan(5_000);
    assertThat(wrong).as("seed %d", seed).isEmpty();
  }
}
