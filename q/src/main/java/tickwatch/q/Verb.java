package tickwatch.q;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;

/**
 * A row of the table of verbs: a name, how many arguments it takes, and what it does with them.
 *
 * <p>A verb that is one of kdb+'s primitives has a value of its own ({@link #value}); any other is
 * its own value, and is sent as a lambda that calls it.
 */
final class Verb implements Function {
  /** What a verb does. */
  interface Body {
    Value apply(Context context, Value[] args);
  }

  private final String name;
  private final int minRank;
  private final int maxRank;
  private final Body body;
  private @Nullable Value value;
  private boolean infix;
  private boolean atomic;
  private boolean leftOut;
  private @Nullable Aggregate aggregate;
  private @Nullable PairAggregate pairAggregate;

  Verb(String name, int minRank, int maxRank, Body body) {
    this.name = name;
    this.minRank = minRank;
    this.maxRank = maxRank;
    this.body = body;
  }

  // ---- while the table is built

  /** It may stand between its arguments. */
  Verb asInfix() {
    infix = true;
    return this;
  }

  /** It goes item by item, so what it does to many rows at once it does to each. */
  Verb asAtomic() {
    atomic = true;
    return this;
  }

  /** It reaches for a file, a process or a socket, and is not to be had here. */
  Verb asLeftOut() {
    leftOut = true;
    return this;
  }

  Verb as(Value wanted) {
    value = wanted;
    return this;
  }

  Verb as(Aggregate wanted) {
    aggregate = wanted;
    return this;
  }

  Verb as(PairAggregate wanted) {
    pairAggregate = wanted;
    return this;
  }

  // ---- afterwards

  String name() {
    return name;
  }

  int minRank() {
    return minRank;
  }

  int maxRank() {
    return maxRank;
  }

  boolean infix() {
    return infix;
  }

  boolean leftOut() {
    return leftOut;
  }

  boolean atomic() {
    return atomic;
  }

  @Nullable Aggregate aggregate() {
    return aggregate;
  }

  @Nullable PairAggregate pairAggregate() {
    return pairAggregate;
  }

  /** What stands for it in an expression. */
  Value value() {
    Value known = value;
    return known == null ? this : known;
  }

  Value apply(Context context, Value[] args) {
    return body.apply(context, args);
  }

  @Override
  public QType type() {
    return negated() < 0 ? QType.LAMBDA : QType.COMPOSITION;
  }

  /** The comparison that this one is the opposite of, as its primitive's code; -1 for no such. */
  private int negated() {
    return switch (name) {
      case "<>" -> 8;
      case ">=" -> 9;
      case "<=" -> 10;
      default -> -1;
    };
  }

  @Override
  public Value sent() {
    if (negated() >= 0) {
      return new Composition(List.of(new UnaryPrimitive(15), new BinaryPrimitive(negated())));
    }
    String k = inK();
    return k == null ? Functions.callOf(name, maxRank) : new Lambda("", k);
  }

  /** The k that a keyword is written in, where that is short; null where it is not. */
  @Nullable String inK() {
    return switch (name) {
      case "each" -> "k){x'y}";
      case "peach", "prior" -> "k){x':y}";
      case "over" -> "k){x/y}";
      case "scan" -> "k){x\\y}";
      default -> null;
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
