package tickwatch.q;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;

/**
 * Parses q text, right to left as q reads it:
 *
 * <pre>
 *   statements  expression { (";" | newline) expression }
 *   expression  "'" expression | ":" expression | term rest
 *   rest        (of a noun) ":" expression | verb expression | expression | nothing
 *               (of a verb) expression | nothing
 *   term        primary { "[" arguments "]" | iterator }
 *   primary     constant | name | operator | "(" … ")" | "{" … "}" | "[" … "]" | query | control
 * </pre>
 *
 * <p>An operator, an infix keyword and whatever an iterator made is a verb; anything else, and any
 * of these with its arguments in brackets or put into parentheses, is a noun.
 *
 * <p>Nesting is bounded by {@link #MAX_DEPTH}.
 */
final class Parser {
  static final int MAX_DEPTH = 250;

  /** What a function may have in q: more is refused, so that it is not found out there only. */
  private static final int MAX_NAMES = 110;

  private static final int MAX_CONSTANTS = 240;

  /** What a branch may skip, in tokens here and in bytes of code in q. */
  private static final int MAX_BRANCH = 65_025;

  private static final List<String> ITERATORS = List.of("'", "/", "\\", "':", "/:", "\\:");

  /** What is local in the lambda being parsed. */
  private static final class Scope {
    final List<String> params = new ArrayList<>();
    final Set<String> assigned = new LinkedHashSet<>();
    final Set<String> global = new HashSet<>();
    final List<Expr.Name> names = new ArrayList<>();
    final Set<String> implicit = new HashSet<>();

    /** What the lambda's code would have to hold: names outside phrases, literals as written. */
    final Set<String> plain = new HashSet<>();

    final Set<String> constants = new HashSet<>();
    boolean signature;
  }

  /**
   * @param from where it starts in the text
   */
  private record Term(Expr expr, boolean verb, boolean glyph, int from) {}

  private final String text;
  private final List<Token> tokens;

  /** Where names without a dot live: {@code \d} changes it. */
  private String namespace;

  /**
   * Whether it is k: an operator without a left argument is its unary form, and of q's keywords
   * only those are known that are primitives without a glyph, as {@code in}.
   */
  private final boolean k;

  private int at;
  private int depth;

  /** Whether a comma, {@code from}, {@code by} and {@code where} end an expression here. */
  private boolean inPhrase;

  /** Whether {@code where} ends an expression here: after {@code from}. */
  private boolean inFrom;

  /** Whether the expression just parsed ends in a verb that lacks its right argument. */
  private boolean open;

  private @Nullable Scope scope;

  private Parser(String text, String namespace, boolean k) {
    this.text = text;
    this.namespace = namespace;
    this.k = k;
    this.tokens = Lexer.tokens(text);
  }

  /** The statements of a text; {@code k)} before it says that it is k. */
  static Expr.Sequence parse(String text, String namespace) {
    if (text.startsWith("p)") || text.startsWith("s)")) {
      throw QError.nyi(text.substring(0, 2));
    }
    boolean k = text.startsWith("k)");
    Parser parser = new Parser(k || text.startsWith("q)") ? text.substring(2) : text, namespace, k);
    Expr.Sequence all = parser.statements();
    Token next = parser.peek();
    if (next.kind() != Token.Kind.END) {
      throw parser.unexpected(next);
    }
    return all;
  }

  /** The code of a lambda from its source. */
  static Expr.Code lambda(Lambda lambda) {
    String in = lambda.namespace();
    Expr.Sequence all = parse(lambda.source(), in.isEmpty() ? "" : "." + in);
    if (all.statements().size() == 1
        && all.statements().get(0) instanceof Expr.LambdaText lambdaText) {
      return lambdaText.code();
    }
    throw new QError("bad lambda", "a lambda whose source is no lambda: " + lambda.source());
  }

  // ---- tokens

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  private Token expect(Token.Kind kind, String wanted) {
    Token token = next();
    if (!token.is(kind, wanted)) {
      if (token.kind() == Token.Kind.END) {
        String open = wanted.equals(")") ? "(" : wanted.equals("]") ? "[" : "{";
        throw new QError(open, "a bracket that is not closed (expected: " + wanted + ")")
            .at(text, token.from());
      }
      throw unexpected(token);
    }
    return token;
  }

  private QError unexpected(Token token) {
    String word = token.kind() == Token.Kind.END ? "parse" : token.text().strip();
    return new QError(
            word.isEmpty() ? "parse" : word, "\"" + token.text() + "\" where it makes no sense")
        .at(text, token.from());
  }

  private boolean ends(Token token) {
    return switch (token.kind()) {
      case SEMICOLON, CLOSE, NEWLINE, SYSTEM, END -> true;
      case OPERATOR -> inPhrase && token.text().equals(",");
      case NAME ->
          (inPhrase
                  && (token.text().equals("from")
                      || token.text().equals("by")
                      || token.text().equals("where")))
              || (inFrom && token.text().equals("where"));
      default -> false;
    };
  }

  private void enter() {
    if (++depth > MAX_DEPTH) {
      throw new QError("stack", "nested deeper than " + MAX_DEPTH).at(text, peek().from());
    }
  }

  // ---- statements

  private Expr.Sequence statements() {
    List<Expr> out = new ArrayList<>();
    while (true) {
      Token token = peek();
      switch (token.kind()) {
        case SEMICOLON -> {
          next();
          out.add(new Expr.Nothing());
        }
        case NEWLINE -> next();
        case SYSTEM -> {
          next();
          String command = token.text().substring(1).strip();
          if (command.startsWith("d .")) {
            namespace = command.equals("d .") ? "" : command.substring(2).strip();
          }
          out.add(new Expr.SystemCommand(command, token.from()));
        }
        case END, CLOSE -> {
          return new Expr.Sequence(out);
        }
        default -> {
          Expr statement = expression();
          out.add(statement == null ? new Expr.Nothing() : statement);
          if (peek().kind() == Token.Kind.SEMICOLON) {
            next();
            // What follows a last semicolon is nothing.
            Token after = peek();
            if (after.kind() == Token.Kind.END
                || after.kind() == Token.Kind.CLOSE
                || after.kind() == Token.Kind.NEWLINE) {
              out.add(new Expr.Nothing());
            }
          }
        }
      }
    }
  }

  /** An expression, or null where there is none before the end of it. */
  private @Nullable Expr expression() {
    Token token = peek();
    open = false;
    if (ends(token)) {
      return null;
    }
    enter();
    try {
      if (token.is(Token.Kind.ITERATOR, "'") && !followedByBracket()) {
        next();
        Expr value = expression();
        if (value == null) {
          return new Expr.Constant(new IteratorPrimitive(0));
        }
        return new Expr.Signal(value, token.from());
      }
      if (token.kind() == Token.Kind.COLON) {
        next();
        if (peek().is(Token.Kind.OPEN, "[") && !peek().spaced()) {
          at--;
        } else {
          Expr value = expression();
          return value == null ? new Expr.Constant(new BinaryPrimitive(0)) : new Expr.Return(value);
        }
      }
      return rest(term());
    } finally {
      depth--;
    }
  }

  private boolean followedByBracket() {
    Token after = tokens.get(at + 1);
    return after.is(Token.Kind.OPEN, "[") && !after.spaced();
  }

  private static Expr unaryOf(Expr glyph) {
    return glyph instanceof Expr.Constant c && c.value() instanceof BinaryPrimitive p
        ? new Expr.Constant(new UnaryPrimitive(p.code()))
        : glyph;
  }

  private Expr rest(Term left) {
    Token token = peek();
    int position = token.from();
    if (left.verb() && !isApplied(token)) {
      if (ends(token)) {
        // 0|+ is the verb, then what is before it.
        open = !k;
        return left.expr();
      }
      if (left.glyph() && k) {
        Expr right = expression();
        return right == null
            ? left.expr()
            : apply(new Term(unaryOf(left.expr()), false, true, left.from()), right);
      }
      if (left.glyph()) {
        Token operator = tokens.get(at - 1);
        throw new QError(operator.text(), operator.text() + " without a left argument")
            .at(text, operator.from());
      }
      Expr right = expression();
      if (right == null) {
        return left.expr();
      }
      return open ? composed(left.expr(), right) : apply(left, right);
    }
    if (ends(token)) {
      return left.expr();
    }
    if (token.kind() == Token.Kind.DOUBLE_COLON && ends(tokens.get(at + 1))) {
      next();
      return new Expr.Apply(
          new Expr.Constant(Verbs.operator("@")),
          new @Nullable Expr[] {left.expr(), new Expr.Constant(UnaryPrimitive.IDENTITY)},
          true,
          position);
    }
    if (token.kind() == Token.Kind.COLON
        || token.kind() == Token.Kind.DOUBLE_COLON
        || token.kind() == Token.Kind.ASSIGN_THROUGH) {
      return assignment(left.expr(), next(), left.from());
    }
    Term second = term();
    if (!second.verb()) {
      Expr right = rest(second);
      return open ? composed(left.expr(), right) : apply(left, right);
    }
    Expr right = expression();
    if (right == null) {
      open = true;
      // What an iterator made would take a single argument for its only one.
      boolean derived = !(second.expr() instanceof Expr.Constant c) || c.value() instanceof Derived;
      return new Expr.Apply(
          second.expr(),
          derived ? new @Nullable Expr[] {left.expr(), null} : new @Nullable Expr[] {left.expr()},
          second.glyph(),
          position);
    }
    if (open) {
      return composed(
          new Expr.Apply(
              second.expr(), new @Nullable Expr[] {left.expr()}, second.glyph(), position),
          right);
    }
    return new Expr.Apply(
        second.expr(), new @Nullable Expr[] {left.expr(), right}, second.glyph(), position);
  }

  /** Whether a verb before this is itself what is applied: {@code + . 2 3}. */
  private boolean isApplied(Token token) {
    return !k
        && token.kind() == Token.Kind.OPERATOR
        && (token.text().equals(".") || token.text().equals("@"))
        && !ends(tokens.get(at + 1));
  }

  /** What is before an expression that ends in a verb: done to its result. */
  private static Expr composed(Expr outer, Expr inner) {
    return new Expr.Apply(
        new Expr.Constant(new IteratorPrimitive(0)), new @Nullable Expr[] {outer, inner}, false, 0);
  }

  private Expr apply(Term function, Expr argument) {
    // An operator in parentheses before its only argument is its unary form.
    Expr applied =
        !function.verb()
                && !function.glyph()
                && text.charAt(function.from()) == '('
                && function.expr() instanceof Expr.Constant c
                && c.value() instanceof BinaryPrimitive p
                && p.code() > 0
                && Verbs.isGlyph(p.code())
            ? unaryOf(function.expr())
            : function.expr();
    return new Expr.Apply(
        applied, new @Nullable Expr[] {argument}, function.glyph(), function.from());
  }

  private Expr assignment(Expr target, Token token, int from) {
    Expr value = expression();
    Value operator = null;
    boolean global = token.kind() == Token.Kind.DOUBLE_COLON;
    if (token.kind() == Token.Kind.ASSIGN_THROUGH) {
      String glyph = token.text().substring(0, token.text().length() - 1);
      operator = Verbs.operator(glyph);
    }
    if (value == null) {
      if (token.kind() == Token.Kind.COLON) {
        // 2: and the like: a verb with its left argument.
        return new Expr.Apply(
            new Expr.Constant(new BinaryPrimitive(0)),
            new @Nullable Expr[] {target, null},
            true,
            token.from());
      }
      throw unexpected(token);
    }
    Expr.Name name = null;
    @Nullable Expr[] indexes = null;
    if (target instanceof Expr.Name n) {
      name = n;
    } else if (target instanceof Expr.Apply a && a.function() instanceof Expr.Name n) {
      name = n;
      indexes = a.args();
    } else if (target instanceof Expr.Constant c && c.value() instanceof Function) {
      throw new QError("assign", "an assignment to a reserved word").at(text, token.from());
    }
    if (name == null) {
      if (token.kind() == Token.Kind.COLON && text.charAt(from) == '(') {
        bindNames(target);
        return new Expr.Match(target, value, token.from());
      }
      if (token.kind() == Token.Kind.COLON) {
        return new Expr.Apply(
            new Expr.Constant(new BinaryPrimitive(0)),
            new @Nullable Expr[] {target, value},
            true,
            token.from());
      }
      throw unexpected(token);
    }
    if (scope != null && indexes == null && name.name.indexOf('.') < 0) {
      if (token.kind() == Token.Kind.COLON) {
        if (scope.global.contains(name.name)) {
          throw new QError(name.name, "a local variable that was a global one before")
              .at(text, token.from());
        }
        scope.assigned.add(name.name);
      } else if (global && !isLocal(scope, name.name)) {
        scope.global.add(name.name);
      }
    }
    return new Expr.Assign(name, indexes, operator, value, global, token.from());
  }

  /** The names that a pattern gives values are local where it stands in a lambda. */
  private void bindNames(Expr pattern) {
    Scope inner = scope;
    if (inner != null) {
      Pattern.names(pattern, inner.assigned::add);
    }
  }

  // ---- terms

  private Term term() {
    enter();
    try {
      Term term = primary();
      open = false;
      while (true) {
        Token token = peek();
        if (token.is(Token.Kind.OPEN, "[") && !(term.verb() && token.spaced())) {
          term = new Term(brackets(term), false, false, term.from());
        } else if (token.kind() == Token.Kind.ITERATOR && !token.spaced()) {
          next();
          int iterator = ITERATORS.indexOf(token.text());
          Expr derived =
              term.expr() instanceof Expr.Constant c
                  ? new Expr.Constant(new Derived(iterator, c.value()))
                  : new Expr.Derive(iterator, term.expr());
          term = new Term(derived, true, false, term.from());
        } else {
          return term;
        }
      }
    } finally {
      depth--;
    }
  }

  private Expr brackets(Term function) {
    int position = function.from();
    int before = at;
    List<@Nullable Expr> args = arguments();
    open = false;
    if (args.size() >= 3
        && function.glyph()
        && function.expr() instanceof Expr.Constant c
        && c.value().equals(Verbs.operator("$"))) {
      List<Expr> branches = new ArrayList<>();
      for (Expr arg : args) {
        branches.add(arg == null ? new Expr.Nothing() : arg);
      }
      checkBranch(before, position);
      return new Expr.Cond(branches, position);
    }
    if (args.size() >= 4
        && args.size() % 2 == 0
        && function.expr() instanceof Expr.Constant c
        && c.value().equals(new BinaryPrimitive(0))) {
      List<Expr> parts = new ArrayList<>();
      for (Expr arg : args) {
        parts.add(arg == null ? new Expr.Nothing() : arg);
      }
      for (int i = 1; i + 1 < parts.size(); i += 2) {
        bindNames(parts.get(i));
      }
      return new Expr.MatchCond(parts, position);
    }
    return new Expr.Apply(
        function.expr(), args.toArray(new @Nullable Expr[0]), function.glyph(), position);
  }

  /** What lies between a bracket and its end, separated by semicolons. */
  private List<@Nullable Expr> arguments() {
    Token open = next();
    String close = open.text().equals("[") ? "]" : ")";
    boolean phrase = inPhrase;
    boolean from = inFrom;
    inPhrase = false;
    inFrom = false;
    List<@Nullable Expr> out = new ArrayList<>();
    while (true) {
      skipNewlines();
      out.add(expression());
      skipNewlines();
      if (peek().kind() == Token.Kind.SEMICOLON) {
        next();
      } else {
        expect(Token.Kind.CLOSE, close);
        inPhrase = phrase;
        inFrom = from;
        return out;
      }
    }
  }

  private void skipNewlines() {
    while (peek().kind() == Token.Kind.NEWLINE) {
      next();
    }
  }

  private Term primary() {
    Token token = peek();
    switch (token.kind()) {
      case CONSTANT -> {
        next();
        Value value = token.value();
        if (value == null) {
          throw unexpected(token);
        }
        if (peek().kind() == Token.Kind.COLON
            && !peek().spaced()
            && token.text().length() == 1
            && "012".indexOf(token.text().charAt(0)) >= 0) {
          next();
          return new Term(
              new Expr.Constant(new BinaryPrimitive(20 + token.text().charAt(0) - '0')),
              true,
              false,
              token.from());
        }
        if (scope != null && !isOwnCode(token.text())) {
          scope.constants.add(token.text());
        }
        return new Term(new Expr.Constant(value), false, false, token.from());
      }
      case NAME -> {
        return name(next());
      }
      case OPERATOR -> {
        next();
        return new Term(new Expr.Constant(Verbs.operator(token.text())), true, true, token.from());
      }
      case ASSIGN_THROUGH -> {
        next();
        Value unary = Verbs.unaryForm(token.text().substring(0, token.text().length() - 1));
        return new Term(new Expr.Constant(unary), false, false, token.from());
      }
      case COLON -> {
        next();
        return new Term(new Expr.Constant(new BinaryPrimitive(0)), true, false, token.from());
      }
      case DOUBLE_COLON -> {
        next();
        return new Term(new Expr.Constant(UnaryPrimitive.IDENTITY), false, false, token.from());
      }
      case ITERATOR -> {
        next();
        return new Term(
            new Expr.Constant(new IteratorPrimitive(ITERATORS.indexOf(token.text()))),
            false,
            false,
            token.from());
      }
      case OPEN -> {
        return new Term(
            switch (token.text()) {
              case "(" -> parenthesis();
              case "{" -> lambda();
              default -> block();
            },
            false,
            false,
            token.from());
      }
      default -> throw unexpected(token);
    }
  }

  private Term name(Token token) {
    String name = token.text();
    switch (name) {
      case "select" -> {
        return new Term(query(Expr.Template.SELECT, token), false, false, token.from());
      }
      case "exec" -> {
        return new Term(query(Expr.Template.EXEC, token), false, false, token.from());
      }
      case "update" -> {
        return new Term(query(Expr.Template.UPDATE, token), false, false, token.from());
      }
      case "delete" -> {
        return new Term(query(Expr.Template.DELETE, token), false, false, token.from());
      }
      case "if", "do", "while" -> {
        if (peek().is(Token.Kind.OPEN, "[")) {
          return new Term(control(token), false, false, token.from());
        }
        throw unexpected(token);
      }
      default -> {}
    }
    Verb verb = k ? Verbs.primitive(name) : Verbs.keyword(name);
    if (verb != null && (!k || scopeLacks(name))) {
      return new Term(new Expr.Constant(verb.value()), verb.infix(), false, token.from());
    }
    if (name.equals("csv") && !k && scopeLacks(name)) {
      return new Term(new Expr.Constant(Verbs.CSV), false, false, token.from());
    }
    Expr.Name out = new Expr.Name(name, token.from());
    if (scope != null) {
      scope.names.add(out);
      if (!inPhrase) {
        scope.plain.add(name);
      }
      if (!inPhrase && (name.equals("x") || name.equals("y") || name.equals("z"))) {
        scope.implicit.add(name);
      }
    }
    return new Term(out, false, false, token.from());
  }

  /** Whether the name is neither assigned here nor a parameter of the lambda around. */
  private boolean scopeLacks(String name) {
    Token next = peek();
    Scope inner = scope;
    return next.kind() != Token.Kind.COLON && (inner == null || !isLocal(inner, name));
  }

  private static boolean isLocal(Scope scope, String name) {
    return scope.params.contains(name) || scope.assigned.contains(name);
  }

  /** Numbers that q has code for, so that they are no constants of a function. */
  private static boolean isOwnCode(String literal) {
    return literal.equals("0") || literal.equals("1");
  }

  private void checkBranch(int from, int position) {
    if (at - from > MAX_BRANCH) {
      throw new QError("branch", "a branch of more than " + MAX_BRANCH + " tokens")
          .at(text, position);
    }
  }

  private Expr control(Token word) {
    int before = at;
    List<@Nullable Expr> parts = arguments();
    checkBranch(before, word.from());
    Expr condition = parts.get(0);
    if (condition == null || parts.size() < 2) {
      throw unexpected(word);
    }
    List<Expr> body = new ArrayList<>();
    for (Expr part : parts.subList(1, parts.size())) {
      body.add(part == null ? new Expr.Nothing() : part);
    }
    Expr.Word kind =
        switch (word.text()) {
          case "if" -> Expr.Word.IF;
          case "do" -> Expr.Word.DO;
          default -> Expr.Word.WHILE;
        };
    return new Expr.Control(kind, condition, body, word.from());
  }

  private Expr block() {
    List<Expr> out = new ArrayList<>();
    for (Expr part : arguments()) {
      out.add(part == null ? new Expr.Nothing() : part);
    }
    return new Expr.Sequence(out);
  }

  private Expr parenthesis() {
    Token open = peek();
    Token after = tokens.get(at + 1);
    if (after.is(Token.Kind.OPEN, "[") && !after.spaced()) {
      return tableText();
    }
    if (after.is(Token.Kind.CLOSE, ")")) {
      next();
      next();
      return new Expr.Constant(Vectors.EMPTY_LIST);
    }
    List<@Nullable Expr> items = arguments();
    if (items.size() == 1) {
      Expr only = items.get(0);
      if (only == null) {
        throw unexpected(open);
      }
      return only;
    }
    boolean elided = items.contains(null);
    if (elided) {
      return new Expr.Apply(
          new Expr.Constant(Verbs.enlist()),
          items.toArray(new @Nullable Expr[0]),
          false,
          open.from());
    }
    List<Expr> all = new ArrayList<>();
    for (Expr item : items) {
      all.add(item == null ? new Expr.Nothing() : item);
    }
    return new Expr.Items(all);
  }

  private Expr tableText() {
    Token open = next();
    next();
    boolean phrase = inPhrase;
    boolean from = inFrom;
    inPhrase = false;
    inFrom = false;
    List<Expr.Column> keys = columns("]", ";");
    expect(Token.Kind.CLOSE, "]");
    if (peek().kind() == Token.Kind.SEMICOLON) {
      next();
    }
    boolean dictionary = peek().is(Token.Kind.CLOSE, ")") && !keys.isEmpty();
    List<Expr.Column> values = columns(")", ";");
    expect(Token.Kind.CLOSE, ")");
    inPhrase = phrase;
    inFrom = from;
    return new Expr.TableText(keys, values, dictionary, open.from());
  }

  /** Named expressions, up to a closing bracket or the word that ends a phrase. */
  private List<Expr.Column> columns(String close, String separator) {
    List<Expr.Column> out = new ArrayList<>();
    Set<String> used = new HashSet<>();
    while (true) {
      skipNewlines();
      Token token = peek();
      if (token.is(Token.Kind.CLOSE, close)) {
        return out;
      }
      if (separator.equals(",") && ends(token) && !token.text().equals(",")) {
        return out;
      }
      String name = null;
      if (token.kind() == Token.Kind.NAME
          && tokens.get(at + 1).kind() == Token.Kind.COLON
          && token.text().indexOf('.') < 0) {
        name = token.text();
        next();
        next();
      }
      Expr value = expression();
      boolean named = name != null;
      if (value == null && named && separator.equals(";")) {
        // In a pattern: it is there, whatever it is.
        value = new Expr.Nothing();
      }
      if (value == null) {
        throw unexpected(peek());
      }
      if (name == null) {
        name = uniqueName(ColumnNames.of(value), used);
      }
      used.add(name);
      out.add(new Expr.Column(name, value, named));
      skipNewlines();
      Token after = peek();
      boolean more =
          separator.equals(";")
              ? after.kind() == Token.Kind.SEMICOLON
              : after.is(Token.Kind.OPERATOR, ",");
      if (!more) {
        return out;
      }
      next();
    }
  }

  private static String uniqueName(String name, Set<String> used) {
    if (!used.contains(name)) {
      return name;
    }
    for (int i = 1; ; i++) {
      if (!used.contains(name + i)) {
        return name + i;
      }
    }
  }

  // ---- lambdas

  private Expr lambda() {
    Token open = next();
    boolean phrase = inPhrase;
    boolean from = inFrom;
    Scope outer = scope;
    inPhrase = false;
    inFrom = false;
    Scope inner = new Scope();
    scope = inner;
    skipNewlines();
    List<Expr> body = new ArrayList<>();
    if (peek().is(Token.Kind.OPEN, "[")) {
      body.addAll(signature(inner));
    }
    body.addAll(statements().statements());
    Token close = expect(Token.Kind.CLOSE, "}");
    scope = outer;
    inPhrase = phrase;
    inFrom = from;
    if (!inner.signature) {
      int rank = inner.implicit.contains("z") ? 3 : inner.implicit.contains("y") ? 2 : 1;
      inner.params.addAll(List.of("x", "y", "z").subList(0, rank));
    }
    List<String> locals = new ArrayList<>(inner.params);
    for (String name : inner.assigned) {
      if (!locals.contains(name)) {
        locals.add(name);
      }
    }
    for (Expr.Name name : inner.names) {
      name.slot = locals.indexOf(name.name);
    }
    checkSize(inner, locals, open);
    String source = (k ? "k)" : "") + text.substring(open.from(), close.to());
    if (outer != null) {
      outer.constants.add(source);
    }
    Expr.Code code =
        new Expr.Code(
            namespace,
            source,
            text,
            open.from(),
            List.copyOf(inner.params),
            List.copyOf(locals),
            new Expr.Sequence(body));
    String in = namespace.isEmpty() ? "" : namespace.substring(1);
    return new Expr.LambdaText(new Lambda(in, source), code);
  }

  private void checkSize(Scope inner, List<String> locals, Token open) {
    int own = locals.size() - inner.params.size();
    inner.plain.removeAll(locals);
    int global = inner.plain.size();
    String word =
        own > MAX_NAMES
            ? "locals"
            : global > MAX_NAMES
                ? "globals"
                : inner.constants.size() > MAX_CONSTANTS - own - global ? "limit" : "";
    if (!word.isEmpty()) {
      throw new QError(
              word,
              "a function with "
                  + own
                  + " local and "
                  + global
                  + " global variables and "
                  + inner.constants.size()
                  + " constants (at most: "
                  + MAX_NAMES
                  + ", "
                  + MAX_NAMES
                  + ", and "
                  + MAX_CONSTANTS
                  + " in all)")
          .at(text, open.from());
    }
  }

  /** Reads the parameters; what takes those apart that are patterns comes before the body. */
  private List<Expr> signature(Scope inner) {
    next();
    inner.signature = true;
    List<Expr> matches = new ArrayList<>();
    boolean more = !peek().is(Token.Kind.CLOSE, "]");
    while (more) {
      Token first = peek();
      if (inner.params.size() == 8) {
        throw new QError("params", "more than 8 parameters").at(text, first.from());
      }
      Token.Kind after = tokens.get(Math.min(at + 1, tokens.size() - 1)).kind();
      if (first.kind() == Token.Kind.NAME
          && (after == Token.Kind.SEMICOLON || after == Token.Kind.CLOSE)) {
        inner.params.add(next().text());
      } else {
        // No one can type this name.
        Expr.Name name = new Expr.Name(" " + inner.params.size(), first.from());
        inner.params.add(name.name);
        Expr pattern = expression();
        if (pattern != null) {
          bindNames(pattern);
          inner.names.add(name);
          matches.add(new Expr.Match(pattern, name, first.from()));
        }
      }
      more = peek().kind() == Token.Kind.SEMICOLON;
      if (more) {
        next();
      }
    }
    expect(Token.Kind.CLOSE, "]");
    return matches;
  }

  // ---- queries

  private Expr query(Expr.Template template, Token word) {
    boolean phrase = inPhrase;
    boolean outerFrom = inFrom;
    inPhrase = true;
    inFrom = false;
    Expr limit = null;
    Expr order = null;
    boolean descending = false;
    boolean distinct = false;
    if (peek().is(Token.Kind.OPEN, "[") && template == Expr.Template.SELECT) {
      next();
      inPhrase = false;
      Token first = peek();
      if (!isOrder(first)) {
        limit = expression();
        if (peek().kind() == Token.Kind.SEMICOLON) {
          next();
        }
      }
      if (isOrder(peek())) {
        descending = next().text().equals(">");
        order = expression();
      }
      expect(Token.Kind.CLOSE, "]");
      inPhrase = true;
    }
    if (peek().is(Token.Kind.NAME, "distinct")
        && (template == Expr.Template.SELECT || template == Expr.Template.EXEC)
        && template == Expr.Template.SELECT) {
      next();
      distinct = true;
    }
    List<Expr.Column> columns = columns("", ",");
    List<Expr.Column> by = null;
    if (peek().is(Token.Kind.NAME, "by")) {
      next();
      by = columns("", ",");
      for (Expr.Column key : by) {
        for (Expr.Column column : columns) {
          if (column.name().equals(key.name())
              && (template == Expr.Template.SELECT || template == Expr.Template.EXEC)) {
            throw new QError(
                "dup names for cols/groups " + key.name(), "a column and a group of one name");
          }
        }
      }
    }
    Token fromWord = next();
    if (!fromWord.is(Token.Kind.NAME, "from")) {
      throw new QError("from", word.text() + " without its from").at(text, fromWord.from());
    }
    inPhrase = phrase;
    inFrom = true;
    Expr from = expression();
    if (from == null) {
      throw new QError("from", "from without a table").at(text, peek().from());
    }
    List<Expr> where = new ArrayList<>();
    if (peek().is(Token.Kind.NAME, "where")) {
      next();
      inPhrase = true;
      inFrom = false;
      do {
        Expr condition = expression();
        if (condition == null) {
          throw unexpected(peek());
        }
        where.add(condition);
      } while (peek().is(Token.Kind.OPERATOR, ",") && next() != null);
    }
    inPhrase = phrase;
    inFrom = outerFrom;
    return new Expr.Query(
        template, distinct, limit, order, descending, columns, by, from, where, word.from());
  }

  private static boolean isOrder(Token token) {
    return token.is(Token.Kind.OPERATOR, "<") || token.is(Token.Kind.OPERATOR, ">");
  }
}
