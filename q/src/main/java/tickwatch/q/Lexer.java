package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;

/**
 * Cuts q text into tokens. The text holds one char a byte.
 *
 * <ul>
 *   <li>A slash at the start of a line or after blank space begins a comment to the end of the
 *       line; a line of a slash alone begins one up to a line of a backslash alone.
 *   <li>A newline ends a statement, unless brackets are open, or the next line is indented, or
 *       starts with a closing bracket or with {@code from}, {@code by} or {@code where}.
 *   <li>A minus sign belongs to the number after it unless a noun touches its left side.
 *   <li>Numbers next to each other are one vector.
 * </ul>
 */
final class Lexer {
  private static final String GLYPHS = "+-*%!&|<>=~,^#_$?@.";

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int depth;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    boolean lineStart = true;
    boolean spaced = true;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (lineStart) {
        lineStart = false;
        if (isAloneOnLine('/')) {
          skipBlockComment();
          lineStart = true;
          spaced = true;
          continue;
        }
        if (isAloneOnLine('\\')) {
          break;
        }
        if (c == '/') {
          skipLine();
          continue;
        }
        if (c == '\\' && depth == 0) {
          int from = at;
          skipLine();
          add(Token.Kind.SYSTEM, from, true);
          continue;
        }
      }
      if (c == '\n' || c == '\r') {
        at++;
        if (c == '\n') {
          endLine();
          lineStart = true;
        }
        spaced = true;
        continue;
      }
      if (c == ' ' || c == '\t') {
        at++;
        spaced = true;
        continue;
      }
      if (c == '/' && (spaced || startsRemark())) {
        skipLine();
        continue;
      }
      token(c, spaced);
      spaced = false;
    }
    tokens.add(new Token(Token.Kind.END, "", null, text.length(), text.length(), true));
  }

  /** Whether this slash is the first thing in a lambda, before a blank: what is iterated there? */
  private boolean startsRemark() {
    return peek(1) == ' '
        && !tokens.isEmpty()
        && tokens.get(tokens.size() - 1).is(Token.Kind.OPEN, "{");
  }

  private boolean isAloneOnLine(char wanted) {
    if (text.charAt(at) != wanted) {
      return false;
    }
    int i = at + 1;
    while (i < text.length() && (text.charAt(i) == ' ' || text.charAt(i) == '\r')) {
      i++;
    }
    return (i < text.length() && text.charAt(i) == '\n')
        || (i == text.length() && wanted == '/' && at > 0);
  }

  private void skipBlockComment() {
    while (at < text.length()) {
      skipLine();
      if (at < text.length()) {
        at++;
      }
      if (at < text.length() && text.charAt(at) == '\\') {
        int end = text.indexOf('\n', at);
        String line = text.substring(at, end < 0 ? text.length() : end).trim();
        if (line.equals("\\")) {
          skipLine();
          at = Math.min(text.length(), at + 1);
          return;
        }
      }
    }
  }

  private void skipLine() {
    while (at < text.length() && text.charAt(at) != '\n') {
      at++;
    }
  }

  /** Decides, after a newline, whether the statement goes on. */
  private void endLine() {
    if (depth > 0 || at >= text.length()) {
      return;
    }
    char next = text.charAt(at);
    if (next == ' ' || next == '\t' || next == '}' || next == ')' || next == ']') {
      return;
    }
    for (String word : new String[] {"from", "by", "where"}) {
      int end = at + word.length();
      if (text.startsWith(word, at) && (end == text.length() || !isNamePart(text.charAt(end)))) {
        return;
      }
    }
    add(Token.Kind.NEWLINE, at, true);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isNamePart(char c) {
    return isLetter(c) || isDigit(c) || c == '_' || c == '.';
  }

  private void token(char c, boolean spaced) {
    int from = at;
    if (isDigit(c) || (c == '.' && isDigit(peek(1)) && !touchesNoun(spaced))) {
      number(from, spaced);
    } else if (c == '-' && startsNumber(at + 1) && !touchesNoun(spaced)) {
      number(from, spaced);
    } else if (isLetter(c) || (c == '.' && isLetter(peek(1)) && !touchesName(spaced))) {
      name(from, spaced);
    } else if (c == '"') {
      string(from, spaced);
    } else if (c == '`') {
      symbols(from, spaced);
    } else {
      punctuation(c, from, spaced);
    }
  }

  private char peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
  }

  private boolean startsNumber(int position) {
    if (position >= text.length()) {
      return false;
    }
    char c = text.charAt(position);
    return isDigit(c)
        || (c == '.' && position + 1 < text.length() && isDigit(text.charAt(position + 1)));
  }

  /** Whether the token before is a noun and touches this one. */
  private boolean touchesNoun(boolean spaced) {
    if (spaced || tokens.isEmpty()) {
      return false;
    }
    Token last = tokens.get(tokens.size() - 1);
    return last.kind() == Token.Kind.CONSTANT
        || last.kind() == Token.Kind.NAME
        || last.kind() == Token.Kind.CLOSE;
  }

  /**
   * Whether this dot is the operator, since it touches a noun. After a bracket the name of a
   * variable in a namespace is still a name: {@code f[x].Q.s y}, but {@code (!).flip x}.
   */
  private boolean touchesName(boolean spaced) {
    return touchesNoun(spaced)
        && (tokens.get(tokens.size() - 1).kind() != Token.Kind.CLOSE || !isQualified());
  }

  /** Whether the name that starts with the dot here has another one. */
  private boolean isQualified() {
    int i = at + 1;
    while (i < text.length() && isNamePart(text.charAt(i)) && text.charAt(i) != '.') {
      i++;
    }
    return i + 1 < text.length() && text.charAt(i) == '.' && isLetter(text.charAt(i + 1));
  }

  private void name(int from, boolean spaced) {
    at++;
    while (at < text.length() && isNamePart(text.charAt(at))) {
      at++;
    }
    // A trailing dot is the operator, as in x.[0] — not part of the name.
    while (text.charAt(at - 1) == '.') {
      at--;
    }
    add(Token.Kind.NAME, from, spaced);
  }

  private void number(int from, boolean spaced) {
    List<String> words = new ArrayList<>();
    int end = numberWord(from);
    words.add(text.substring(from, end));
    // Numbers separated by blank space only are one vector.
    while (true) {
      int next = end;
      while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
        next++;
      }
      boolean negative = next < text.length() && text.charAt(next) == '-';
      if (next == end || !startsNumber(negative ? next + 1 : next)) {
        break;
      }
      end = numberWord(next);
      words.add(text.substring(next, end));
    }
    at = end;
    try {
      addConstant(Literals.numbers(words), from, spaced);
    } catch (QError e) {
      throw e.at(text, from);
    }
  }

  /** The end of the number that starts here. */
  private int numberWord(int from) {
    int i = from;
    if (text.charAt(i) == '-') {
      i++;
    }
    while (i < text.length()) {
      char c = text.charAt(i);
      boolean exponentSign =
          (c == '-' || c == '+')
              && text.charAt(i - 1) == 'e'
              && i + 1 < text.length()
              && isDigit(text.charAt(i + 1))
              && isDigit(text.charAt(i - 2 >= from ? i - 2 : i))
              && !text.startsWith("0x", from);
      if (isLetter(c) || isDigit(c) || c == '.' || (c == ':' && clockColon(i)) || exponentSign) {
        i++;
      } else {
        break;
      }
    }
    return i;
  }

  /** Whether this colon stands between digits, as in 09:30. */
  private boolean clockColon(int i) {
    return i > 0
        && isDigit(text.charAt(i - 1))
        && i + 1 < text.length()
        && isDigit(text.charAt(i + 1));
  }

  private void string(int from, boolean spaced) {
    StringBuilder out = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw new QError("\"", "a string without its closing quote").at(text, from);
      }
      char c = text.charAt(at++);
      if (c == '"') {
        break;
      }
      if (c == '\\') {
        if (at >= text.length()) {
          throw new QError("\"", "a string without its closing quote").at(text, from);
        }
        char escape = text.charAt(at++);
        switch (escape) {
          case 'n' -> out.append('\n');
          case 'r' -> out.append('\r');
          case 't' -> out.append('\t');
          case '\\', '"', '/' -> out.append(escape);
          default -> {
            if (isDigit(escape) && isDigit(peek(0)) && isDigit(peek(1))) {
              int code = (escape - '0') * 64 + (peek(0) - '0') * 8 + (peek(1) - '0');
              out.append((char) (code & 0xff));
              at += 2;
            } else {
              throw new QError("parse", "the escape \\" + escape + " in a string").at(text, at - 2);
            }
          }
        }
      } else {
        out.append(c);
      }
    }
    Value value =
        out.length() == 1
            ? new ByteAtom(QType.CHAR, (byte) out.charAt(0))
            : Vectors.string(out.toString());
    addConstant(value, from, spaced);
  }

  private void symbols(int from, boolean spaced) {
    List<String> names = new ArrayList<>();
    while (at < text.length() && text.charAt(at) == '`') {
      int start = ++at;
      boolean path = at < text.length() && text.charAt(at) == ':';
      while (at < text.length()) {
        char c = text.charAt(at);
        boolean part =
            isLetter(c)
                || isDigit(c)
                || c == '.'
                || c == ':'
                || (c == '_' && at > start)
                || (path && c == '/')
                || c >= 128;
        if (!part) {
          break;
        }
        path |= c == ':';
        at++;
      }
      names.add(text.substring(start, at));
    }
    Value value =
        names.size() == 1
            ? new SymbolAtom(names.get(0))
            : SymbolVector.of(names.toArray(new String[0]));
    addConstant(value, from, spaced);
  }

  private void punctuation(char c, int from, boolean spaced) {
    at++;
    switch (c) {
      case '(', '[', '{' -> {
        depth++;
        add(Token.Kind.OPEN, from, spaced);
      }
      case ')', ']', '}' -> {
        depth = Math.max(0, depth - 1);
        add(Token.Kind.CLOSE, from, spaced);
      }
      case ';' -> add(Token.Kind.SEMICOLON, from, spaced);
      case '\'', '/', '\\' -> {
        if (peek(0) == ':') {
          at++;
        }
        add(Token.Kind.ITERATOR, from, spaced);
      }
      case ':' -> {
        if (peek(0) == ':') {
          at++;
          add(Token.Kind.DOUBLE_COLON, from, spaced);
        } else {
          add(Token.Kind.COLON, from, spaced);
        }
      }
      default -> {
        if (GLYPHS.indexOf(c) < 0) {
          throw new QError("char", "the character " + (int) c + " in the text").at(text, from);
        }
        if ((c == '<' && (peek(0) == '=' || peek(0) == '>')) || (c == '>' && peek(0) == '=')) {
          at++;
        }
        if (peek(0) == ':' && peek(1) != ':') {
          at++;
          add(Token.Kind.ASSIGN_THROUGH, from, spaced);
        } else {
          add(Token.Kind.OPERATOR, from, spaced);
        }
      }
    }
  }

  private void add(Token.Kind kind, int from, boolean spaced) {
    tokens.add(new Token(kind, text.substring(from, at), null, from, at, spaced));
  }

  private void addConstant(@Nullable Value value, int from, boolean spaced) {
    tokens.add(new Token(Token.Kind.CONSTANT, text.substring(from, at), value, from, at, spaced));
  }
}
