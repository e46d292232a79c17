package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of time and memory reach into every operation that can be long. */
final class BoundsTest {
  private static final MapGlobals GLOBALS = new MapGlobals();
  private static final int ITEMS = 20_000;

  /** Items that an operation may go through between two looks at the clock. */
  private static final int ITEMS_BETWEEN_LOOKS = 10_000;

  @BeforeAll
  static void fill() {
    Interpreter q = new Interpreter(GLOBALS, Transcript.CLOCK, Limits.defaults());
    q.evaluate("n:" + ITEMS);
    q.evaluate("j:n?1000000000000;w:n?1000000000000;f:n?1f;e:n?1e;c:n?\"abc\";s:n?`4;b:n?0b");
    q.evaluate("g:n?0Ng;h:n?100h;d:2024.01.01+n?1000;p:2024.01.01D0+n?1000000000000;z:\"z\"$d");
    q.evaluate("text:string j;mixed:n#(1;`a;2.5;\"x\";1 2);lists:3 cut n?100;up:asc j");
    q.evaluate("long:\",\"sv text;m:200 cut f;dict:s!j;by:`u#distinct s");
    q.evaluate("t:([]s;p:asc p;j;f);u:([]s:reverse s;p;f:w;x:text)");
    q.evaluate("k:([j:til n]v:n?1f);names:([s:distinct s]w:til count distinct s)");
    q.evaluate("ts:`time$til n;deep:13{(x;x)}/1 2 3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // sorting
        "asc j",
        "desc f",
        "iasc s",
        "idesc text",
        "rank mixed",
        "asc g",
        "asc dict",
        "asc lists",
        "`s`f xasc u",
        "`x xdesc u",
        "4 xrank j",
        "med f",
        // groups
        "group j",
        "group text",
        "distinct f",
        "distinct g",
        "distinct u",
        "distinct mixed",
        "group dict",
        "`s xgroup u",
        "ungroup 0!`s xgroup u",
        "select by s,f from u",
        "select sum j by s,h from ([]s;h;j)",
        "exec f by s from u",
        "select distinct s,f from u",
        "select from u where f=(max;f) fby s",
        "select from u where f=({max x};f) fby ([]s;p)",
        "update sums f by s from u",
        "(first;f) fby u",
        // searches
        "j?w",
        "text?reverse text",
        "u?u",
        "g?g",
        "j in w",
        "text in reverse text",
        "s in by",
        "up bin w",
        "by bin s",
        "j?lists",
        "(3 cut j) in w",
        "j within 0 5",
        "text?\"none\"",
        // sets
        "j union w",
        "j except w",
        "text inter reverse text",
        "k,k",
        "dict,dict",
        "k upsert 0!k",
        "j cross 1 2",
        "t cross ([]y:1 2)",
        // joins
        "u lj names",
        "u ij names",
        "t uj u",
        "k pj k",
        "ej[`s;100#u;t]",
        "aj[`s`p;u;t]",
        "aj[`s`p;`p xasc u;t]",
        "t asof select s,p from u",
        "wj[(-2 0)+\\:100#t`p;`s`p;100#t;(t;(max;`f))]",
        // text
        "string f",
        "string s",
        "`$text",
        "\"J\"$text",
        "\"F\"$text",
        "upper text",
        "trim text",
        "text like \"*1*\"",
        "long ss \"1\"",
        "ssr[long;\"1\";\"xx\"]",
        "\",\" vs long",
        "\",\" sv text",
        "20$text",
        "2 vs j",
        "10 sv 10 vs j",
        "lower s",
        "raze text",
        "-3!f",
        ".Q.s1 text",
        ".j.j f",
        ".j.j text",
        ".j.k .j.j j",
        "csv 0:t",
        ".h.cd t",
        "((),\"J\";\",\")0:text",
        "md5 long",
        // lists
        "raze lists",
        "reverse text",
        "flip 2 cut j",
        "flip m",
        "2 cut j",
        "(n div 2;2)#j",
        "where h",
        "fills mixed",
        "differ text",
        "differ u",
        "text[iasc j]",
        "next mixed",
        "2 xprev text",
        "@[text;til n;:;reverse text]",
        "?[b;text;reverse text]",
        "j~j+0",
        "text~reverse reverse text",
        "j,s",
        "text,j",
        "enlist each j",
        "{x}each text",
        "{x+y}/[j]",
        "{x+y}\\[j]",
        "j+'w",
        "til each h",
        "count each text",
        // numbers
        "j+w",
        "j%w",
        "f xexp 2",
        "sin f",
        "\"j\"$f",
        "neg text~\\:1",
        "neg lists",
        "lists+1",
        "j=w",
        "s=reverse s",
        "g=reverse g",
        "s<`b",
        "null g",
        "z-z",
        "sum j",
        "var f",
        "sums f",
        "prds f",
        "avgs f",
        "5 mavg f",
        "100 msum f",
        "5 mdev f",
        "7 mmax f",
        "0.1 ema f",
        "m mmu flip m",
        "inv 60 cut 3600#f",
        "(4 5000#f) lsq 4 5000#f",
        "f wavg j",
        "n?100",
        "n?1f",
        "n?0Ng",
        "n?`6",
        "neg[n]?n",
        // enumerations, bytes
        "`by?s",
        "`by$s",
        "`u#til n",
        "-8!t",
        "-22!text",
        "-9!-8!text",
        // lists within lists
        "neg deep",
        "deep~0+deep",
        "string deep",
        "raze over deep",
        ".j.j deep",
        "-3!deep",
        "count raze over 20{(x;x)}/1"
      })
  void theClockEndsWhateverIsLong(String text) {
    AtomicLong looks = new AtomicLong();
    Interpreter patient = interpreter(looks, Long.MAX_VALUE);
    patient.evaluate("{[] " + text + ";}[]");
    long counted = looks.get();
    assertThat(counted)
        .as("looks at the clock, after the first: %s", text)
        .isGreaterThanOrEqualTo(ITEMS / ITEMS_BETWEEN_LOOKS);

    assertThatThrownBy(() -> interpreter(new AtomicLong(), 1).evaluate(text))
        .isInstanceOfSatisfying(QError.class, e -> assertThat(e.word()).isEqualTo("stop"));
  }

  /** Time is up after so many looks at the clock. */
  private static Interpreter interpreter(AtomicLong looks, long last) {
    return new Interpreter(
        GLOBALS,
        Transcript.CLOCK,
        Limits.defaults().withTimeout(Duration.ofSeconds(1)),
        () -> {},
        () -> looks.getAndIncrement() < last ? 0 : Duration.ofSeconds(2).toNanos());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "til 3000000",
        "string til 1000000",
        "raze 100000#enlist til 100",
        "30{(x;x)}/1",
        "count raze over 24{(x;x)}/1",
        "5{1000#enlist x}/1",
        "(til 2000) cross til 2000",
        "2000000?0Ng",
        "flip 1000000#enlist 1 2 3",
        "{(x;x)} each til 1000000",
        "2 cut til 1000000",
        "(1000000#\"a\"),'\"b\"",
        "`a`b!/:flip(til 500000;til 500000)",
        "(1000 1000#1f) mmu 1000 1000#1f",
        "{x,x}/[30;til 10]",
        "-8!1000000#enlist 1000000#\"a\"",
        ".j.j 1000000#enlist 1000#\"a\"",
        "-3!1000000#enlist 1000#\"a\"",
        "{x!x}each 500000#enlist 1 2",
        "group til 1000000",
        "distinct each 1000000#enlist 1 1 2",
        "t cross t"
      })
  void whatWouldTakeMuchMemoryIsRefusedBeforeItDoes(String text) {
    long limit = 16 << 20;
    Interpreter q =
        new Interpreter(GLOBALS, Transcript.CLOCK, Limits.defaults().withMaxBytes(limit));
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());

    assertThatThrownBy(() -> q.evaluate("{[] " + text + "}[]"))
        .isInstanceOfSatisfying(
            QError.class, e -> assertThat(e.word()).as(text).isIn("wsfull", "limit"));

    long taken = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(taken).as("bytes that were allocated: %s", text).isLessThan(6 * limit);
  }

  @Test
  void aNameThatNobodyWouldReadIsCutOff() {
    String name = "x".repeat(10_000);
    Interpreter q = new Interpreter(GLOBALS, Transcript.CLOCK, Limits.defaults());

    for (String text :
        new String[] {name, "t." + name, "exec " + name + " from t", "`" + name + " xasc t"}) {
      assertThatThrownBy(() -> q.evaluate(text))
          .isInstanceOfSatisfying(QError.class, e -> assertThat(e.word()).hasSizeLessThan(110));
    }
  }
}
