package tickwatch.q;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Value;

/**
 * A token of q text.
 *
 * @param text as written; for {@link Kind#CONSTANT} too
 * @param value of a constant
 * @param from position of its first character
 * @param to position after its last
 * @param spaced whether blank space (or the start of the text) lies before it
 */
record Token(Kind kind, String text, @Nullable Value value, int from, int to, boolean spaced) {
  enum Kind {
    CONSTANT,
    NAME,
    /** A glyph such as {@code +} or {@code <=}, alone. */
    OPERATOR,
    /** A glyph with a colon, as in {@code x+:1}. */
    ASSIGN_THROUGH,
    COLON,
    DOUBLE_COLON,
    ITERATOR,
    OPEN,
    CLOSE,
    SEMICOLON,
    /** The end of a statement that a newline ends. */
    NEWLINE,
    /** A line that starts with a backslash. */
    SYSTEM,
    END
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }
}
