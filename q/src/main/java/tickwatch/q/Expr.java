package tickwatch.q;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.Value;

/**
 * A parsed expression. {@link Evaluator} evaluates it, {@link ParseTrees} turns it into the value
 * that q's {@code parse} gives and back.
 */
sealed interface Expr {
  /** A value that stands in the text, or an operator or keyword. */
  record Constant(Value value) implements Expr {}

  /** A name: a column, else a local variable, else a global one. */
  final class Name implements Expr {
    final String name;
    final int position;

    /** Where the local variable lies in the frame; -1 for none. */
    int slot = -1;

    Name(String name, int position) {
      this.name = name;
      this.position = position;
    }
  }

  /** {@code (a;b;c)}. */
  record Items(List<Expr> items) implements Expr {}

  /**
   * A function or a list, applied.
   *
   * @param args null where one is left open; nobody changes it
   * @param glyph whether the function is an operator's glyph: it matters for columns' names
   */
  @SuppressWarnings("ArrayRecordComponent") // lists hold no nulls
  record Apply(Expr function, @Nullable Expr[] args, boolean glyph, int position) implements Expr {}

  /** {@code f'} and the other iterators. */
  record Derive(int iterator, Expr function) implements Expr {}

  /**
   * {@code x:1}, {@code x::1}, {@code x+:1}, {@code x[0]:1} and {@code x[0]+:1}.
   *
   * @param indexes null where the whole variable is assigned
   * @param operator null for a plain assignment
   * @param global whether it is a double colon
   */
  @SuppressWarnings("ArrayRecordComponent") // lists hold no nulls
  record Assign(
      Name target,
      @Nullable Expr @Nullable [] indexes,
      @Nullable Value operator,
      Expr value,
      boolean global,
      int position)
      implements Expr {}

  /** {@code (a;b):x}: the pattern is an expression as {@link Pattern} reads it. */
  record Match(Expr pattern, Expr value, int position) implements Expr {}

  /** {@code :[v;p1;r1;p2;r2;r]}: a value, patterns and their results, and what is else. */
  record MatchCond(List<Expr> parts, int position) implements Expr {}

  /** {@code {x+y}}: its value, and what it was compiled to. */
  record LambdaText(Lambda lambda, Code code) implements Expr {}

  /** {@code [a;b;c]} and the statements of a text or a lambda. */
  record Sequence(List<Expr> statements) implements Expr {}

  /** {@code $[c;a;b]}. */
  record Cond(List<Expr> branches, int position) implements Expr {}

  enum Word {
    IF,
    DO,
    WHILE
  }

  /** {@code if}, {@code do} and {@code while}. */
  record Control(Word word, Expr condition, List<Expr> body, int position) implements Expr {}

  /** {@code :x}. */
  record Return(Expr value) implements Expr {}

  /** {@code 'x}. */
  record Signal(Expr value, int position) implements Expr {}

  /** Nothing, as between two semicolons. */
  record Nothing() implements Expr {}

  /** A backslash command. */
  record SystemCommand(String command, int position) implements Expr {}

  /**
   * A column's name and what it is made of.
   *
   * @param named whether the text gave it the name
   */
  record Column(String name, Expr value, boolean named) {}

  /** {@code ([k:1 2]v:3 4)}, and {@code ([a:1;b:2])} where there are no values. */
  record TableText(List<Column> keys, List<Column> values, boolean dictionary, int position)
      implements Expr {}

  enum Template {
    SELECT,
    EXEC,
    UPDATE,
    DELETE
  }

  /**
   * A query.
   *
   * @param limit null for none
   * @param order the column that {@code select[n;>c]} sorts by, null for none
   * @param columns empty for all of them
   * @param by null where there is no such phrase
   */
  record Query(
      Template template,
      boolean distinct,
      @Nullable Expr limit,
      @Nullable Expr order,
      boolean descending,
      List<Column> columns,
      @Nullable List<Column> by,
      Expr from,
      List<Expr> where,
      int position)
      implements Expr {}

  /**
   * A compiled lambda.
   *
   * @param text what positions in the body are positions in
   * @param from where in the text the source starts
   * @param params its arguments' names
   * @param locals all names that are local, the arguments first
   */
  record Code(
      String namespace,
      String source,
      String text,
      int from,
      List<String> params,
      List<String> locals,
      Expr body) {}
}
