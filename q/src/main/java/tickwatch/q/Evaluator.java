package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Evaluates expressions: the last argument first, then those before it, then the function. */
final class Evaluator {
  /** Thrown by {@code :x} and caught by the lambda it leaves. */
  private static final class Returned extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Value value;

    Returned(Value value) {
      super(null, null, false, false);
      this.value = value;
    }
  }

  private static final Value COUNT = new UnaryPrimitive(13);
  private static final Value JOIN = Verbs.operator(",");

  private Evaluator() {}

  /**
   * The answer to a text: the value of its last statement. There is no console here, so a text that
   * ends in {@code show x} answers x.
   *
   * @param quiet whether an assignment at the end answers {@code ::}, as at a prompt
   */
  static Value answer(Context context, String text, boolean quiet) {
    List<Expr> statements = context.parsed(text).statements();
    int last = statements.size() - 1;
    int shown = last;
    while (shown >= 0 && statements.get(shown) instanceof Expr.Nothing) {
      shown--;
    }
    String source = text.startsWith("k)") || text.startsWith("q)") ? text.substring(2) : text;
    Value value = UnaryPrimitive.IDENTITY;
    int first = viewOfLine(context, statements, source);
    for (int i = first; i <= last; i++) {
      Expr statement = statements.get(i);
      Expr shows = i == shown ? shownBy(statement) : null;
      // A frame for each, so that \d counts for what follows it.
      Frame frame = Frame.top(context);
      frame.text = source;
      value = statements(new Expr.Sequence(List.of(shows == null ? statement : shows)), frame);
      if (shows != null) {
        return value;
      }
    }
    return quiet && last >= 0 && isAssignment(statements.get(last))
        ? UnaryPrimitive.IDENTITY
        : value;
  }

  private static boolean isAssignment(Expr statement) {
    return statement instanceof Expr.Assign || statement instanceof Expr.Match;
  }

  /** Makes the view of {@code v::a;b}; how many statements that was, 0 where there is none. */
  private static int viewOfLine(Context context, List<Expr> statements, String source) {
    if (statements.size() < 2
        || !(statements.get(0) instanceof Expr.Assign a)
        || !makesView(a)
        || !source.startsWith(a.target().name + "::")) {
      return 0;
    }
    View view = View.ofLine(a, source, context.namespace);
    if (view == null) {
      return 0;
    }
    context.assign(a.target().name, view);
    return Math.min(statements.size(), view.statements());
  }

  private static boolean makesView(Expr.Assign e) {
    return e.global() && e.indexes() == null && e.operator() == null && e.target().slot < 0;
  }

  private static @Nullable Expr shownBy(Expr statement) {
    return statement instanceof Expr.Apply a
            && a.args().length == 1
            && a.function() instanceof Expr.Constant c
            && c.value() instanceof Verb v
            && v.name().equals("show")
        ? a.args()[0]
        : null;
  }

  /** The value of a text's last statement; what comes before it is done for its effects. */
  static Value statements(Expr.Sequence text, Frame frame) {
    Frame caller = frame.context.frame;
    frame.caller = caller;
    frame.context.frame = frame;
    try {
      return evaluate(text, frame);
    } catch (Returned e) {
      return e.value;
    } finally {
      frame.context.frame = caller;
    }
  }

  static Value evaluate(Expr expr, Frame frame) {
    if (expr instanceof Expr.Constant e) {
      return e.value();
    }
    if (expr instanceof Expr.Name e) {
      return name(e, frame);
    }
    if (expr instanceof Expr.Apply e) {
      return apply(e, frame);
    }
    if (expr instanceof Expr.LambdaText e) {
      frame.context.remember(e.lambda(), e.code());
      return e.lambda();
    }
    if (expr instanceof Expr.Items e) {
      return items(e, frame);
    }
    if (expr instanceof Expr.Assign e) {
      return assign(e, frame);
    }
    if (expr instanceof Expr.Sequence e) {
      Value last = UnaryPrimitive.IDENTITY;
      for (Expr statement : e.statements()) {
        last = evaluate(statement, frame);
      }
      return last;
    }
    if (expr instanceof Expr.Cond e) {
      return cond(e, frame);
    }
    if (expr instanceof Expr.Control e) {
      return control(e, frame);
    }
    if (expr instanceof Expr.Match e) {
      Value value = evaluate(e.value(), frame);
      try {
        return Pattern.assign(e.pattern(), value, frame);
      } catch (QError error) {
        throw located(error, frame, e.position());
      }
    }
    if (expr instanceof Expr.MatchCond e) {
      return matchCond(e, frame);
    }
    if (expr instanceof Expr.Query e) {
      return Query.run(e, frame);
    }
    if (expr instanceof Expr.Derive e) {
      return new Derived(e.iterator(), evaluate(e.function(), frame));
    }
    if (expr instanceof Expr.TableText e) {
      return table(e, frame);
    }
    if (expr instanceof Expr.Return e) {
      throw new Returned(evaluate(e.value(), frame));
    }
    if (expr instanceof Expr.Signal e) {
      throw located(signal(evaluate(e.value(), frame)), frame, e.position());
    }
    if (expr instanceof Expr.SystemCommand e) {
      return SystemCommands.run(frame.context, e.command());
    }
    if (expr instanceof Expr.Nothing) {
      return UnaryPrimitive.IDENTITY;
    }
    throw new IllegalStateException("expression " + expr.getClass());
  }

  static QError signal(Value value) {
    if (value instanceof SymbolAtom s) {
      return new QError(s.name(), "signalled: " + s.name());
    }
    if (Vectors.isString(value)) {
      String text = Vectors.text(value);
      return new QError(text, "signalled: " + text);
    }
    return new QError("stype", "a signal of " + Types.name(value) + " (expected: text)");
  }

  private static Value name(Expr.Name e, Frame frame) {
    Rows rows = frame.rows;
    if (rows != null) {
      Value column = rows.named(frame.context, e.name);
      if (column != null) {
        return column;
      }
    }
    if (e.slot >= 0) {
      Value local = frame.locals[e.slot];
      return local == null ? Vectors.EMPTY_LIST : local;
    }
    if (e.name.equals(".z.s") && frame.self != null) {
      return frame.self;
    }
    Value value = frame.context.lookUp(frame.namespace, e.name);
    if (value != null) {
      return value;
    }
    throw located(Context.unknown(e.name), frame, e.position);
  }

  private static Value apply(Expr.Apply e, Frame frame) {
    @Nullable Expr[] exprs = e.args();
    Rows rows = frame.rows;
    if (rows != null
        && exprs.length == 1
        && exprs[0] instanceof Expr.Name counted
        && e.function() instanceof Expr.Constant c
        && c.value().equals(COUNT)
        && rows.has(counted.name)) {
      return LongAtom.of(rows.count());
    }
    Value[] args = new Value[exprs.length];
    for (int i = args.length - 1; i >= 0; i--) {
      Expr arg = exprs[i];
      args[i] =
          arg != null
              ? evaluate(arg, frame)
              : args.length == 1 ? UnaryPrimitive.IDENTITY : UnaryPrimitive.ELIDED;
    }
    Value function = evaluate(e.function(), frame);
    frame.position = e.position();
    try {
      return Functions.apply(frame.context, function, args);
    } catch (QError error) {
      throw located(error, frame, e.position());
    }
  }

  /** Says where an error happened, and keeps the frames around it where someone wants them. */
  private static QError located(QError error, Frame frame, int position) {
    if (frame.context.tracing > 0 && error.backtrace() == null) {
      frame.position = position;
      error.traced(Backtrace.from(frame));
    }
    return error.at(frame.source(), position);
  }

  private static Value items(Expr.Items e, Frame frame) {
    Value[] out = new Value[e.items().size()];
    for (int i = out.length - 1; i >= 0; i--) {
      out[i] = evaluate(e.items().get(i), frame);
    }
    return frame.context.charge(Vectors.collapse(out));
  }

  /** Whether a value counts as true. */
  static boolean isTrue(Value value) {
    if (value instanceof Atom && Vectors.isIntegral(value.type())) {
      return Vectors.longOf(value) != 0;
    }
    if (value instanceof Atom && Vectors.isFloating(value.type())) {
      return Vectors.doubleOf(value) != 0;
    }
    throw QError.type(Types.name(value) + " as a condition (expected: a boolean)");
  }

  private static Value cond(Expr.Cond e, Frame frame) {
    List<Expr> branches = e.branches();
    int i = 0;
    while (i + 1 < branches.size()) {
      boolean condition;
      Value value = evaluate(branches.get(i), frame);
      try {
        condition = isTrue(value);
      } catch (QError error) {
        throw located(error, frame, e.position());
      }
      if (condition) {
        return evaluate(branches.get(i + 1), frame);
      }
      i += 2;
    }
    return i < branches.size() ? evaluate(branches.get(i), frame) : UnaryPrimitive.IDENTITY;
  }

  private static Value matchCond(Expr.MatchCond e, Frame frame) {
    List<Expr> parts = e.parts();
    Value value = evaluate(parts.get(0), frame);
    for (int i = 1; i + 1 < parts.size(); i += 2) {
      if (Pattern.matches(parts.get(i), value, frame)) {
        return evaluate(parts.get(i + 1), frame);
      }
    }
    return evaluate(parts.get(parts.size() - 1), frame);
  }

  private static Value control(Expr.Control e, Frame frame) {
    switch (e.word()) {
      case IF -> {
        if (isTrue(evaluate(e.condition(), frame))) {
          body(e, frame);
        }
      }
      case DO -> {
        long times = Vectors.longOf(evaluate(e.condition(), frame));
        for (long i = 0; i < times; i++) {
          body(e, frame);
        }
      }
      case WHILE -> {
        while (isTrue(evaluate(e.condition(), frame))) {
          body(e, frame);
        }
      }
    }
    return UnaryPrimitive.IDENTITY;
  }

  private static void body(Expr.Control e, Frame frame) {
    frame.context.step();
    for (Expr statement : e.body()) {
      evaluate(statement, frame);
    }
  }

  // ---- assignment

  private static Value assign(Expr.Assign e, Frame frame) {
    if (makesView(e) && frame.code == null && frame.rows == null) {
      View view = View.of(e, frame);
      if (view != null) {
        assignGlobal(frame, e.target().name, view);
        return UnaryPrimitive.IDENTITY;
      }
    }
    Value value = evaluate(e.value(), frame);
    @Nullable Expr[] indexExprs = e.indexes();
    Value[] indexes = null;
    if (indexExprs != null) {
      indexes = new Value[indexExprs.length];
      for (int i = indexes.length - 1; i >= 0; i--) {
        Expr index = indexExprs[i];
        indexes[i] = index == null ? UnaryPrimitive.IDENTITY : evaluate(index, frame);
      }
    }
    try {
      boolean local = e.target().slot >= 0;
      Value operator = e.operator();
      Value result = value;
      if (indexes != null || operator != null) {
        Value current =
            local
                ? frame.locals[e.target().slot]
                : frame.context.lookUp(frame.namespace, e.target().name);
        if (current == null && operator != null && indexes == null) {
          // Nothing yet: as if it were what changes nothing.
          current = Iterators.identity(operator, Vectors.listOf(value));
        }
        if (current == null) {
          if (!local) {
            throw Context.unknown(e.target().name);
          }
          current = Vectors.EMPTY_LIST;
        }
        if (indexes != null) {
          result =
              Amend.at(
                  frame.context,
                  current,
                  indexes,
                  operator == null ? new BinaryPrimitive(0) : operator,
                  value);
        } else if (operator != null) {
          result = Functions.apply(frame.context, operator, current, value);
          if (operator.equals(JOIN)) {
            checkAppended(current, result);
          }
        }
      }
      if (local) {
        frame.locals[e.target().slot] = result;
      } else {
        assignGlobal(frame, e.target().name, result);
      }
      return indexes == null && operator != null ? result : value;
    } catch (QError error) {
      throw located(error, frame, e.position());
    }
  }

  /** Gives a variable, or what is at some indexes of it, a value. */
  static void bind(Frame frame, Expr.Name target, Value @Nullable [] indexes, Value value) {
    boolean local = target.slot >= 0;
    Value result = value;
    if (indexes != null) {
      Value current =
          local ? frame.locals[target.slot] : frame.context.lookUp(frame.namespace, target.name);
      if (current == null) {
        throw Context.unknown(target.name);
      }
      result = Amend.at(frame.context, current, indexes, new BinaryPrimitive(0), value);
    }
    if (local) {
      frame.locals[target.slot] = result;
    } else {
      assignGlobal(frame, target.name, result);
    }
  }

  /** {@code v,:x} does not change the type of v: an atom stays none, a vector keeps its items'. */
  private static void checkAppended(Value before, Value after) {
    if (before instanceof Atom
        || (before instanceof Vector v
            && v.length() > 0
            && !(v instanceof ListVector)
            && after.type() != v.type())) {
      throw QError.type(Types.name(after) + " from " + Types.name(before) + " by ,:");
    }
  }

  private static void assignGlobal(Frame frame, String name, Value value) {
    if (name.startsWith(".")) {
      frame.context.assign(name, value);
    } else {
      String namespace = frame.context.namespace;
      frame.context.namespace = frame.namespace;
      try {
        frame.context.assign(name, value);
      } finally {
        frame.context.namespace = namespace;
      }
    }
  }

  // ---- lambdas

  /** Applies code to as many arguments as it has parameters. */
  static Value call(Context context, Expr.Code code, Value self, Value[] args) {
    if (++context.depth > context.limits.maxDepth()) {
      throw new QError("stack", "functions nested deeper than " + context.limits.maxDepth());
    }
    Frame caller = context.frame;
    try {
      context.step();
      @Nullable Value[] locals = new @Nullable Value[code.locals().size()];
      System.arraycopy(args, 0, locals, 0, code.params().size());
      Frame frame = new Frame(context, code.namespace(), code.locals(), locals, self);
      frame.text = code.text();
      frame.code = code;
      frame.caller = caller;
      context.frame = frame;
      return evaluate(code.body(), frame);
    } catch (Returned e) {
      return e.value;
    } finally {
      context.frame = caller;
      context.depth--;
    }
  }

  // ---- tables

  private static Value table(Expr.TableText e, Frame frame) {
    List<Value> values = columnValues(e.values(), frame);
    List<Value> keys = columnValues(e.keys(), frame);
    if (e.dictionary()) {
      return new Dictionary(names(e.keys()), Vectors.list(keys.toArray(new Value[0])));
    }
    if (e.keys().isEmpty() && e.values().isEmpty()) {
      throw new QError("parse", "a table without columns").at(frame.source(), e.position());
    }
    try {
      int rows = -1;
      List<Value> all = new ArrayList<>(keys);
      all.addAll(values);
      for (Value value : all) {
        if (!Vectors.isAtom(value)) {
          int count = value.count();
          if (rows >= 0 && rows != count) {
            throw QError.length(rows, count);
          }
          rows = count;
        }
      }
      if (rows < 0) {
        throw QError.rank("a table of atoms (expected: at least one list)");
      }
      Table valueTable = tableOf(e.values(), values, rows);
      if (e.keys().isEmpty()) {
        return valueTable;
      }
      return new Dictionary(tableOf(e.keys(), keys, rows), valueTable);
    } catch (QError error) {
      throw error.at(frame.source(), e.position());
    }
  }

  private static List<Value> columnValues(List<Expr.Column> columns, Frame frame) {
    Value[] out = new Value[columns.size()];
    for (int i = out.length - 1; i >= 0; i--) {
      Expr column = columns.get(i).value();
      if (column instanceof Expr.Nothing) {
        throw new QError("parse", "a column without a value, which is for patterns");
      }
      out[i] = evaluate(column, frame);
    }
    return List.of(out);
  }

  private static SymbolVector names(List<Expr.Column> columns) {
    return Vectors.symbols(columns.stream().map(Expr.Column::name).toList());
  }

  private static Table tableOf(List<Expr.Column> columns, List<Value> values, int rows) {
    List<Vector> out = new ArrayList<>();
    for (Value value : values) {
      out.add(column(value, rows));
    }
    return new Table(columns.stream().map(Expr.Column::name).toList(), out);
  }

  /** A value as a column of that many rows. */
  static Vector column(Value value, int rows) {
    if (value instanceof Vector v) {
      return v;
    }
    if (value instanceof Table || value instanceof Dictionary) {
      return ListVector.of(Vectors.items(value instanceof Dictionary d ? d.values() : value));
    }
    return Vectors.repeat(value, rows);
  }
}
