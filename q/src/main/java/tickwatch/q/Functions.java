package tickwatch.q;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Function;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Applying any value to arguments: functions of all kinds, and lists and dictionaries. */
final class Functions {
  private Functions() {}

  static boolean isFunction(Value value) {
    return value instanceof Function;
  }

  /**
   * Applies a value.
   *
   * @param args at least one; {@link UnaryPrimitive#ELIDED} where one is left open
   */
  static Value apply(Context context, Value function, Value... args) {
    if (function instanceof Vector || function instanceof Table || function instanceof Dictionary) {
      try {
        return context.charge(Indexing.deep(context, function, args, 0));
      } catch (ClassCastException | IllegalArgumentException e) {
        // As with verbs: a value that cannot be made of the others.
        throw QError.type(Types.name(function) + " at " + names(args) + ": " + e.getMessage());
      }
    }
    for (Value arg : args) {
      if (arg.equals(UnaryPrimitive.ELIDED)) {
        return project(context, function, args);
      }
    }
    if (function instanceof Lambda lambda) {
      Expr.Code code = context.code(lambda);
      int rank = code.params().size();
      if (args.length < rank) {
        return project(context, function, args);
      }
      if (args.length > Math.max(1, rank)) {
        throw QError.rank(args.length + " arguments for a function of " + rank);
      }
      return Evaluator.call(context, code, lambda, args);
    }
    if (function instanceof UnaryPrimitive p) {
      if (p.code() == 0) {
        return args.length == 1 ? args[0] : tooMany(args, 1);
      }
      return applyVerb(context, Verbs.unary(p.code()), function, args);
    }
    if (function instanceof BinaryPrimitive p) {
      return applyVerb(context, Verbs.binary(p.code()), function, args);
    }
    if (function instanceof Verb verb) {
      return applyVerb(context, verb, function, args);
    }
    Verb known = args.length == 1 ? Verbs.of(function) : null;
    if (known != null) {
      return applyVerb(context, known, function, args);
    }
    if (function instanceof Projection p) {
      return applyProjection(context, p, args);
    }
    if (function instanceof Composition c) {
      List<Value> parts = c.parts();
      Value value = apply(context, parts.get(parts.size() - 1), args);
      for (int i = parts.size() - 2; i >= 0; i--) {
        value = apply(context, parts.get(i), value);
      }
      return value;
    }
    if (function instanceof Derived d) {
      return nested(context, () -> Iterators.apply(context, d, args));
    }
    if (function instanceof IteratorPrimitive p) {
      return applyIterator(p, args);
    }
    if (function instanceof HostFunction host) {
      if (args.length < host.rank()) {
        return project(context, function, args);
      }
      if (args.length > host.rank()) {
        return tooMany(args, host.rank());
      }
      context.step();
      return host.apply(List.of(args));
    }
    if (function instanceof SymbolAtom name) {
      return apply(context, context.global(name.name()), args);
    }
    if (function instanceof View view) {
      return apply(context, view.value(context), args);
    }
    if (function instanceof Atom && args.length == 1 && Vectors.isIntegral(function.type())) {
      return write(context, function, args[0]);
    }
    throw QError.type(Types.name(function) + " applied to arguments");
  }

  /** {@code -1 "text"} and {@code (neg .z.w) message}. */
  private static Value write(Context context, Value handle, Value message) {
    long number = Vectors.longOf(handle);
    if (Math.abs(number) == 1 || Math.abs(number) == 2) {
      // Where there is a console, it would be printed there.
      if (isLines(message)) {
        return handle;
      }
    } else if (number < 0 && number != Long.MIN_VALUE) {
      context.globals.send(-number, message);
      return UnaryPrimitive.IDENTITY;
    }
    throw QError.type(
        Types.name(message) + " written to handle " + number + " (only (neg .z.w) takes messages)");
  }

  private static boolean isLines(Value text) {
    return Vectors.isText(text)
        || (text instanceof ListVector lines && lines.length() > 0 && Vectors.isText(lines.get(0)));
  }

  /** Guards what calls itself without a lambda in between. */
  private static Value nested(Context context, java.util.function.Supplier<Value> body) {
    if (++context.depth > context.limits.maxDepth()) {
      throw new QError("stack", "functions nested deeper than " + context.limits.maxDepth());
    }
    try {
      return body.get();
    } catch (ClassCastException | IllegalArgumentException e) {
      throw QError.type("an iterator's function and its arguments: " + e.getMessage());
    } finally {
      context.depth--;
    }
  }

  private static Value tooMany(Value[] args, int rank) {
    throw QError.rank(args.length + " arguments for a function of " + rank);
  }

  private static Value applyVerb(Context context, Verb verb, Value function, Value[] args) {
    context.step();
    if (args.length < verb.minRank()) {
      return project(context, function, args);
    }
    if (args.length > verb.maxRank()) {
      return tooMany(args, verb.maxRank());
    }
    try {
      return context.charge(verb.apply(context, args));
    } catch (ClassCastException | IllegalArgumentException e) {
      // Verbs leave some checks to casts, and to what a value says when it is made.
      throw QError.type(verb.name() + " of " + names(args) + ": " + e.getMessage());
    }
  }

  private static String names(Value[] args) {
    List<String> out = new ArrayList<>();
    for (Value arg : args) {
      out.add(Types.name(arg));
    }
    return String.join(" and ", out);
  }

  static Value project(Context context, Value function, Value[] args) {
    List<Value> parts = new ArrayList<>();
    parts.add(function);
    parts.addAll(Arrays.asList(args));
    int rank = rank(context, function);
    if (rank > 0 && args.length > rank) {
      tooMany(args, rank);
    }
    return new Projection(parts);
  }

  private static Value applyProjection(Context context, Projection p, Value[] args) {
    List<Value> parts = p.parts();
    List<Value> filled = new ArrayList<>();
    int used = 0;
    for (Value part : parts.subList(1, parts.size())) {
      filled.add(part.equals(UnaryPrimitive.ELIDED) && used < args.length ? args[used++] : part);
    }
    while (used < args.length) {
      filled.add(args[used++]);
    }
    return apply(context, parts.get(0), filled.toArray(new Value[0]));
  }

  private static Value applyIterator(IteratorPrimitive p, Value[] args) {
    if (args.length == 1) {
      return new Derived(p.code(), args[0]);
    }
    if (p.code() == 0) {
      return new Composition(Arrays.asList(args));
    }
    throw QError.rank(args.length + " arguments for an iterator");
  }

  /** The number of arguments a value takes; 0 where that varies. */
  static int rank(Context context, Value function) {
    if (function instanceof Lambda l) {
      return l.source().startsWith("k)") ? 0 : Math.max(1, context.code(l).params().size());
    }
    if (function instanceof UnaryPrimitive) {
      return function.equals(new UnaryPrimitive(41)) || function.equals(new UnaryPrimitive(12))
          ? 0
          : 1;
    }
    if (function instanceof BinaryPrimitive p) {
      Verb verb = Verbs.binary(p.code());
      return verb.maxRank() > 2 ? 0 : 2;
    }
    if (function instanceof Verb v) {
      return v.minRank() == v.maxRank() ? v.maxRank() : 0;
    }
    if (function instanceof HostFunction h) {
      return h.rank();
    }
    if (function instanceof Projection p) {
      int rank = rank(context, p.parts().get(0));
      int given = 0;
      int open = 0;
      for (Value part : p.parts().subList(1, p.parts().size())) {
        if (part.equals(UnaryPrimitive.ELIDED)) {
          open++;
        } else {
          given++;
        }
      }
      Verb v = rank == 0 && open == 0 ? Verbs.of(p.parts().get(0)) : null;
      if (v != null) {
        // An operator of two arguments or more with its first: what is missing is the second.
        return Math.max(0, v.minRank() - given);
      }
      return rank == 0 ? open : rank - given;
    }
    if (function instanceof Composition c) {
      return rank(context, c.parts().get(c.parts().size() - 1));
    }
    if (function instanceof IteratorPrimitive) {
      return 0;
    }
    if (function instanceof Derived d) {
      return switch (d.iterator()) {
        case 4, 5 -> 2;
        case 0 -> rank(context, d.function());
        default -> 0;
      };
    }
    return 1;
  }

  /** A lambda that calls a function by its name, for who has one of that name too. */
  static Lambda callOf(String name, int rank) {
    String arguments =
        String.join(";", List.of("x", "y", "z", "a", "b", "c", "d", "e").subList(0, rank));
    String parameters = rank > 3 ? "[" + arguments + "]" : "";
    return new Lambda("", "{" + parameters + name + "[" + arguments + "]}");
  }
}
