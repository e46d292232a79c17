package tickwatch.q;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The name of a column that was given none. */
final class ColumnNames {
  private ColumnNames() {}

  /** Operators that make an item of each pair of items. */
  private static final Set<String> PAIRING =
      Set.of("+", "-", "*", "%", "&", "|", "^", "=", "<>", "<", ">", "<=", ">=");

  /**
   * The name that an expression lends its column: of an operator on pairs of items, such as {@code
   * price*size}, its left argument's; of any other function, such as {@code n?sym} or {@code size
   * wavg price}, its last argument's; else {@code x}. The part after a dot of a dotted name.
   */
  static String of(Expr value) {
    String name = find(value);
    return name == null || name.equals("i") ? "x" : name;
  }

  private static @Nullable String find(@Nullable Expr value) {
    if (value instanceof Expr.Name n) {
      return n.name.substring(n.name.lastIndexOf('.') + 1);
    }
    if (value instanceof Expr.Apply a) {
      return find(pairs(a) ? a.args()[0] : a.args()[a.args().length - 1]);
    }
    return null;
  }

  private static boolean pairs(Expr.Apply a) {
    Verb verb = a.glyph() && a.function() instanceof Expr.Constant c ? Verbs.of(c.value()) : null;
    return verb != null && PAIRING.contains(verb.name());
  }
}
