package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Expressions as values, as q's {@code parse} gives them and {@code eval} takes them: a list is its
 * first item applied to the others, a symbol is a name, and symbols that mean themselves are
 * enlisted.
 */
final class ParseTrees {
  private ParseTrees() {}

  // ---- to expressions

  static Expr toExpr(Context context, Value tree) {
    return toExpr(tree, 0);
  }

  private static Expr toExpr(Value tree, int depth) {
    if (depth > Parser.MAX_DEPTH) {
      throw new QError("stack", "a parse tree deeper than " + Parser.MAX_DEPTH);
    }
    if (tree instanceof SymbolAtom s) {
      return s.isNull() ? new Expr.Constant(s) : new Expr.Name(s.name(), 0);
    }
    if (tree instanceof SymbolVector v && v.length() == 1) {
      return new Expr.Constant(v.item(0));
    }
    if (tree instanceof ListVector list && list.length() > 0) {
      if (list.length() == 1) {
        // An enlisted value stands for itself.
        return new Expr.Constant(list.get(0));
      }
      Value first = list.get(0);
      if (first instanceof IteratorPrimitive iterator && list.length() == 2) {
        return new Expr.Derive(iterator.code(), toExpr(list.get(1), depth + 1));
      }
      if (first.equals(Verbs.operator("$")) && list.length() > 3) {
        List<Expr> branches = new ArrayList<>();
        for (int i = 1; i < list.length(); i++) {
          branches.add(toExpr(list.get(i), depth + 1));
        }
        return new Expr.Cond(branches, 0);
      }
      Expr function = toExpr(first, depth + 1);
      @Nullable Expr[] args = new @Nullable Expr[list.length() - 1];
      for (int i = 0; i < args.length; i++) {
        Value arg = list.get(i + 1);
        args[i] = arg.equals(UnaryPrimitive.ELIDED) ? null : toExpr(arg, depth + 1);
      }
      Expr assigned = args.length == 2 ? assignment(first, args[0], args[1]) : null;
      if (assigned != null) {
        return assigned;
      }
      boolean glyph = first instanceof BinaryPrimitive b && Verbs.isGlyph(b.code());
      return new Expr.Apply(function, args, glyph, 0);
    }
    return new Expr.Constant(tree);
  }

  /** {@code (:;`x;y)}, {@code (::;`x;y)}, {@code (+:;`x;y)}, and {@code (:;(`x;i);y)}; or null. */
  private static @Nullable Expr assignment(Value how, @Nullable Expr target, @Nullable Expr value) {
    boolean local = how.equals(new BinaryPrimitive(0));
    boolean through = how instanceof UnaryPrimitive p && Verbs.isGlyph(p.code());
    if (value == null || !(local || through)) {
      return null;
    }
    int code = how instanceof UnaryPrimitive p ? p.code() : 0;
    Value operator = code == 0 ? null : new BinaryPrimitive(code);
    if (target instanceof Expr.Name name) {
      return new Expr.Assign(name, null, operator, value, false, 0);
    }
    if (!(target instanceof Expr.Apply a)) {
      return null;
    }
    if (a.function() instanceof Expr.Name name) {
      return new Expr.Assign(name, a.args(), operator, value, false, 0);
    }
    return local && a.function() instanceof Expr.Constant c && c.value().equals(Verbs.enlist())
        ? new Expr.Match(target, value, 0)
        : null;
  }

  // ---- to values

  static Value of(Expr expr) {
    if (expr instanceof Expr.Constant c) {
      return quoted(c.value());
    }
    if (expr instanceof Expr.Name n) {
      return new SymbolAtom(n.name);
    }
    if (expr instanceof Expr.Apply a) {
      Value[] out = new Value[a.args().length + 1];
      out[0] = of(a.function());
      for (int i = 0; i < a.args().length; i++) {
        Expr arg = a.args()[i];
        out[i + 1] =
            arg != null
                ? of(arg)
                : a.args().length == 1 ? UnaryPrimitive.IDENTITY : UnaryPrimitive.ELIDED;
      }
      return ListVector.of(out);
    }
    if (expr instanceof Expr.Items items) {
      Value[] out = new Value[items.items().size() + 1];
      out[0] = Verbs.enlist();
      for (int i = 1; i < out.length; i++) {
        out[i] = of(items.items().get(i - 1));
      }
      return ListVector.of(out);
    }
    if (expr instanceof Expr.Derive d) {
      return ListVector.of(new IteratorPrimitive(d.iterator()), of(d.function()));
    }
    if (expr instanceof Expr.Assign a) {
      return ListVector.of(assigning(a), target(a), of(a.value()));
    }
    if (expr instanceof Expr.Match m) {
      return ListVector.of(new BinaryPrimitive(0), of(m.pattern()), of(m.value()));
    }
    if (expr instanceof Expr.MatchCond m) {
      Value[] out = new Value[m.parts().size() + 1];
      out[0] = new BinaryPrimitive(0);
      for (int i = 1; i < out.length; i++) {
        out[i] = of(m.parts().get(i - 1));
      }
      return ListVector.of(out);
    }
    if (expr instanceof Expr.Control c) {
      Value[] out = new Value[c.body().size() + 2];
      out[0] = new SymbolAtom(c.word().name().toLowerCase(java.util.Locale.ROOT));
      out[1] = of(c.condition());
      for (int i = 2; i < out.length; i++) {
        out[i] = of(c.body().get(i - 2));
      }
      return ListVector.of(out);
    }
    if (expr instanceof Expr.Return r) {
      return ListVector.of(new BinaryPrimitive(0), of(r.value()));
    }
    if (expr instanceof Expr.Signal s) {
      return ListVector.of(new IteratorPrimitive(0), of(s.value()));
    }
    if (expr instanceof Expr.TableText t && !t.dictionary()) {
      Value table = columnsOf(t.values());
      return t.keys().isEmpty()
          ? table
          : ListVector.of(Verbs.operator("!"), columnsOf(t.keys()), table);
    }
    if (expr instanceof Expr.LambdaText l) {
      return l.lambda();
    }
    if (expr instanceof Expr.Sequence s) {
      if (s.statements().size() == 1) {
        return of(s.statements().get(0));
      }
      Value[] out = new Value[s.statements().size() + 1];
      out[0] = new ByteAtom(QType.CHAR, (byte) ';');
      for (int i = 1; i < out.length; i++) {
        out[i] = of(s.statements().get(i - 1));
      }
      return ListVector.of(out);
    }
    if (expr instanceof Expr.Cond c) {
      Value[] out = new Value[c.branches().size() + 1];
      out[0] = Verbs.operator("$");
      for (int i = 1; i < out.length; i++) {
        out[i] = of(c.branches().get(i - 1));
      }
      return ListVector.of(out);
    }
    if (expr instanceof Expr.Query q) {
      return query(q);
    }
    if (expr instanceof Expr.Nothing) {
      return UnaryPrimitive.IDENTITY;
    }
    throw QError.nyi("the parse tree of this expression");
  }

  /** {@code +[cols!values]}: how q writes a table down. */
  private static Value columnsOf(List<Expr.Column> columns) {
    Value[] values = new Value[columns.size() + 1];
    values[0] = Verbs.enlist();
    for (int i = 1; i < values.length; i++) {
      values[i] = of(columns.get(i - 1).value());
    }
    Value names = Vectors.symbols(columns.stream().map(Expr.Column::name).toList());
    return ListVector.of(
        new UnaryPrimitive(1),
        ListVector.of(Verbs.operator("!"), ListVector.of(names), ListVector.of(values)));
  }

  /** {@code :}, {@code ::} for a global one, {@code +:} for an assignment through an operator. */
  private static Value assigning(Expr.Assign assign) {
    Value operator = assign.operator();
    if (operator instanceof BinaryPrimitive p && p.code() > 0) {
      return new UnaryPrimitive(p.code());
    }
    return assign.global() ? UnaryPrimitive.IDENTITY : new BinaryPrimitive(0);
  }

  private static Value target(Expr.Assign assign) {
    Value name = new SymbolAtom(assign.target().name);
    @Nullable Expr[] indexes = assign.indexes();
    if (indexes == null) {
      return name;
    }
    Value[] out = new Value[indexes.length + 1];
    out[0] = name;
    for (int i = 1; i < out.length; i++) {
      Expr index = indexes[i - 1];
      out[i] = index == null ? UnaryPrimitive.ELIDED : of(index);
    }
    return ListVector.of(out);
  }

  private static Value quoted(Value value) {
    if (value.type() == QType.SYMBOL) {
      return value instanceof Vector v ? ListVector.of(v) : Vectors.enlist(value);
    }
    if (value instanceof Derived d) {
      return ListVector.of(new IteratorPrimitive(d.iterator()), quoted(d.function()));
    }
    return value;
  }

  private static Value query(Expr.Query q) {
    Value[] where = q.where().stream().map(ParseTrees::of).toArray(Value[]::new);
    Value conditions = where.length == 0 ? Vectors.EMPTY_LIST : ListVector.of(ListVector.of(where));
    Value by =
        q.by() == null
            ? q.template() == Expr.Template.EXEC ? Vectors.EMPTY_LIST : ByteAtom.of(q.distinct())
            : q.template() == Expr.Template.EXEC && q.by().size() == 1 && !q.by().get(0).named()
                ? tree(of(q.by().get(0).value()))
                : columns(q.by());
    Value columns = q.columns().isEmpty() ? Vectors.EMPTY_LIST : columns(q.columns());
    boolean update = q.template() == Expr.Template.UPDATE || q.template() == Expr.Template.DELETE;
    if (q.template() == Expr.Template.DELETE) {
      columns =
          q.columns().isEmpty()
              ? Vectors.emptyOf(QType.SYMBOL)
              : ListVector.of(
                  Vectors.symbols(q.columns().stream().map(Expr.Column::name).toList()));
    } else if (q.template() == Expr.Template.EXEC
        && q.columns().size() == 1
        && !q.columns().get(0).named()) {
      columns = tree(of(q.columns().get(0).value()));
    }
    Value verb = Verbs.operator(update ? "!" : "?");
    Expr limit = q.limit();
    Expr order = q.order();
    if (limit == null && order == null) {
      return ListVector.of(verb, of(q.from()), conditions, by, columns);
    }
    Value count = limit == null ? LongAtom.of(Long.MAX_VALUE) : of(limit);
    return order == null
        ? ListVector.of(verb, of(q.from()), conditions, by, columns, count)
        : ListVector.of(
            verb,
            of(q.from()),
            conditions,
            by,
            columns,
            count,
            ListVector.of(ListVector.of(new UnaryPrimitive(q.descending() ? 10 : 9), of(order))));
  }

  /** What is to reach a function as the tree it is, not as its value. */
  private static Value tree(Value tree) {
    return tree instanceof SymbolAtom
        ? Vectors.listOf(tree)
        : tree instanceof ListVector ? ListVector.of(tree) : tree;
  }

  private static Value columns(List<Expr.Column> columns) {
    Value[] values = columns.stream().map(c -> of(c.value())).toArray(Value[]::new);
    return new Dictionary(
        Vectors.symbols(columns.stream().map(Expr.Column::name).toList()), Vectors.list(values));
  }
}
