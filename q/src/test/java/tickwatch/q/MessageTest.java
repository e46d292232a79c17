package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;

/** Messages as clients, subscribers and publishers send them. */
final class MessageTest {
  private final MapGlobals globals = new MapGlobals();
  private final Interpreter q = new Interpreter(globals, Transcript.CLOCK, Limits.defaults());

  private static Value text(String text) {
    return ByteVector.string(text);
  }

  private static Value symbol(String name) {
    return new SymbolAtom(name);
  }

  private static Value number(long value) {
    return LongAtom.of(value);
  }

  /** {@code .u.sub} as a tickerplant offers it; the result tells what it was given. */
  private void offerSub() {
    globals.set(
        ".u.sub",
        new HostFunction(".u.sub", 2) {
          @Override
          public Value apply(List<Value> args) {
            return ListVector.of(args.toArray(new Value[0]));
          }
        });
    globals.set(".u.i", number(7));
    globals.set(".u.L", symbol(":/log"));
    globals.set(".u.t", SymbolVector.of("trade", "quote"));
  }

  @Test
  void aSubscriberGetsItsSubscriptionAndTheLogInOneText() {
    offerSub();

    Value answer = q.value(text("(.u.sub[`;`];.u `i`L)"));

    assertThat(answer)
        .isEqualTo(
            ListVector.of(
                ListVector.of(symbol(""), symbol("")), ListVector.of(number(7), symbol(":/log"))));
  }

  @Test
  void aHostFunctionIsProjectedAndAppliedToEach() {
    offerSub();

    assertThat(q.evaluate(".u.sub[;`] each .u.t"))
        .isEqualTo(
            ListVector.of(
                ListVector.of(symbol("trade"), symbol("")),
                ListVector.of(symbol("quote"), symbol(""))));
    assertThat(q.evaluate("$[`m in key`.u;`m;.u `i`L]"))
        .isEqualTo(ListVector.of(number(7), symbol(":/log")));
    assertThatThrownBy(() -> q.evaluate(".u.sub[1;2;3]"))
        .isInstanceOfSatisfying(QError.class, e -> assertThat(e.word()).isEqualTo("rank"));
  }

  @Test
  void aTextAskedAgainIsEvaluatedAgain() {
    q.evaluate("n:0");

    assertThat(q.evaluate("n+:1;n")).isEqualTo(LongAtom.of(1));
    assertThat(q.evaluate("n+:1;n")).isEqualTo(LongAtom.of(2));
    q.evaluate("\\d .other");
    q.evaluate("n:10");
    assertThat(q.evaluate("n+:1;n")).isEqualTo(LongAtom.of(11));
    q.evaluate("\\d .");
    assertThat(q.evaluate("n+:1;n")).isEqualTo(LongAtom.of(3));
  }

  @Test
  void theFirstItemOfAListIsLookedUpAndTheOthersAreTakenAsTheyAre() {
    offerSub();
    Value expected = ListVector.of(symbol("trade"), symbol("a"));

    assertThat(q.value(ListVector.of(text(".u.sub"), symbol("trade"), symbol("a"))))
        .isEqualTo(expected);
    assertThat(q.value(SymbolVector.of(".u.sub", "trade", "a"))).isEqualTo(expected);
    assertThat(q.value(ListVector.of(text("{x+y}"), number(1), number(2)))).isEqualTo(number(3));
    assertThat(q.value(ListVector.of(new BinaryPrimitive(1), number(1), number(2))))
        .isEqualTo(number(3));
    assertThat(q.value(ListVector.of(text("+"), number(1), number(2)))).isEqualTo(number(3));
  }

  @Test
  void aLambdaOfTheWireIsApplied() {
    offerSub();
    Value lambda = new Lambda("", "{(.u.sub[;`] each .u.t;.u `i`L)}");

    Value answer = q.value(ListVector.of(lambda, UnaryPrimitive.IDENTITY));

    assertThat(Vectors.itemAt(answer, 1)).isEqualTo(ListVector.of(number(7), symbol(":/log")));
  }

  @Test
  void whatIsBuiltOfFunctionsIsApplied() {
    Value add = new BinaryPrimitive(1);

    assertThat(
            q.value(
                ListVector.of(
                    new Projection(List.of(add, UnaryPrimitive.ELIDED, number(1))), number(2))))
        .isEqualTo(number(3));
    assertThat(
            q.value(
                ListVector.of(
                    new Composition(List.of(new UnaryPrimitive(2), add)), number(1), number(2))))
        .isEqualTo(number(-3));
    assertThat(q.value(ListVector.of(new Derived(1, add), LongVector.of(QType.LONG, 1, 2, 3))))
        .isEqualTo(number(6));
  }

  @Test
  void aFunctionalSelectIsSentAsAPrimitiveAndItsArguments() {
    q.evaluate("t:([]sym:`a`b`a;size:1 2 3)");
    Value byText = q.evaluate("select from t where sym=`a");

    Value answer =
        q.value(
            ListVector.of(
                new BinaryPrimitive(17),
                symbol("t"),
                ListVector.of(
                    ListVector.of(new BinaryPrimitive(8), symbol("sym"), SymbolVector.of("a"))),
                tickwatch.ipc.value.ByteAtom.FALSE,
                ListVector.of()));

    assertThat(answer).isEqualTo(byText);
  }

  @Test
  void grafanasLambdaEvaluatesTheQueryItIsGiven() {
    Value request =
        new Dictionary(
            SymbolVector.of("AQUAQ_KDB_BACKEND_GRAF_DATASOURCE", "Query"),
            ListVector.of(
                number(1),
                new Dictionary(
                    SymbolVector.of("Query", "QueryType"),
                    ListVector.of(text("1+1"), text("QUERY")))));

    assertThat(q.value(ListVector.of(text("{[x] value x[`Query;`Query]}"), request)))
        .isEqualTo(number(2));
  }

  @Test
  void anEmptyTextAndTheNullAreAnsweredWithTheNull() {
    assertThat(q.value(text(""))).isEqualTo(UnaryPrimitive.IDENTITY);
    assertThat(q.value(UnaryPrimitive.IDENTITY)).isEqualTo(UnaryPrimitive.IDENTITY);
  }

  @Test
  void anUnknownNameIsTheError() {
    assertThatThrownBy(() -> q.value(text("1+foo")))
        .isInstanceOfSatisfying(QError.class, e -> assertThat(e.word()).isEqualTo("foo"));
  }

  @Test
  void theSentenceOfAnErrorSaysWhereItHappened() {
    assertThatThrownBy(() -> q.evaluate("a:1;\nb:1 2+3 4 5"))
        .isInstanceOf(QError.class)
        .hasMessageContaining("lengths 2 and 3")
        .hasMessageContaining("position 10");
  }

  @Test
  void aScriptDefinesItsTables() {
    q.evaluate(
        """
        / channels of a plant
        plant:([]time:`timestamp$();
          sym:`symbol$(); / the machine
          temperature:`float$())

        upd:{[t;x]
          t insert x;
         }
        """);

    assertThat(((Table) q.evaluate("plant")).names()).containsExactly("time", "sym", "temperature");
    q.evaluate("upd[`plant;(2000.01.01D0 2000.01.02D0;`a`b;1 2f)]");
    assertThat(q.evaluate("count plant")).isEqualTo(number(2));
  }
}
