package tickwatch.q;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;

/**
 * A row of the table of verbs: a name, how many arguments it takes, and what it does with them.
 *
 * <p>A verb that kdb+ can send has a value of its own ({@link #value}); any other is its own value,
 * which cannot be sent.
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
    if (maxRank == 1) {
      return QType.UNARY;
    }
    return name.equals("<>") || name.equals("<=") || name.equals(">=")
        ? QType.COMPOSITION
        : QType.LAMBDA;
  }

  @Override
  public String toString() {
    return name;
  }
}
