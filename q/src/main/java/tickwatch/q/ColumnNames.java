package tickwatch.q;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.QType;

/** The name of a column that was given none. */
final class ColumnNames {
  private ColumnNames() {}

  /**
   * The name that an expression lends its column: of an operator's glyph its left argument's
   * (unless that is a symbol, as in {@code `g#sym}), of any other function its last argument's;
   * else {@code x}. The part after a dot of a dotted name.
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
      Expr first = a.args()[0];
      boolean left =
          a.glyph() && !(first instanceof Expr.Constant c && c.value().type() == QType.SYMBOL);
      return find(left ? first : a.args()[a.args().length - 1]);
    }
    return null;
  }
}
