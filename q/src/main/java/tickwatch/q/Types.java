package tickwatch.q;

import java.util.Locale;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Which type an operation on two types has.
 *
 * <p>Rows are the left type, columns the right, both in the order of {@link #ORDER}; a dot is q's
 * {@code type} error. Source: "Range and domains" on the pages of the operators, kdb+ and q
 * documentation.
 */
final class Types {
  static final String ORDER = "bgxhijefcspmdznuvt";

  private static final int COUNT = ORDER.length();

  static final Types PLUS =
      new Types(
          "i.iiijef..pmdznuvt",
          "..................",
          "i.iiijef..pmdznuvt",
          "i.iiijef..pmdznuvt",
          "i.iiijef..pmdznuvt",
          "j.jjjjef..pmdznuvt",
          "e.eeeeef..pmdznuvt",
          "f.fffffff.ffzzffff",
          ".......f..pmdznuvt",
          "..................",
          "p.pppppfp.n...pppp",
          "m.mmmmmfm..i..pppp",
          "d.dddddzd...i.pppp",
          "z.zzzzzzz....fpzzz",
          "n.nnnnnfn.ppppnnnn",
          "u.uuuuufu.pppznuvt",
          "v.vvvvvfv.pppznvvt",
          "t.tttttft.pppznttt");

  static final Types TIMES =
      new Types(
          "i.iiijef..pmdznuvt",
          "..................",
          "i.iiijef..pmdznuvt",
          "i.iiijef..pmdznuvt",
          "i.iiijef..pmdznuvt",
          "j.jjjjef..pmdznuvt",
          "e.eeeeef..pmdznuvt",
          "f.fffffff.ffzzffff",
          ".......f..pmdznuvt",
          "..................",
          "p.pppppfp.........",
          "m.mmmmmfm.........",
          "d.dddddzd.........",
          "z.zzzzzzz.........",
          "n.nnnnnfn.........",
          "u.uuuuufu.........",
          "v.vvvvvfv.........",
          "t.tttttft.........");

  static final Types MOD =
      new Types(
          "i.iiijefi.pmdznuvt",
          "..................",
          "i.iiijefi.pmdznuvt",
          "i.iiijefi.pmdznuvt",
          "i.iiijefi.pmdznuvt",
          "j.jjjjefj.pmdznuvt",
          "f.fffffff.ffzzffff",
          "f.fffffff.ffzzffff",
          "i.iiijefi.pmdznuvt",
          "..................",
          "n.nnnnnfn.........",
          "i.iiiiifi.........",
          "i.iiiiifi.........",
          "f.fffffff.........",
          "n.nnnnnfn.........",
          "u.uuuuufu.........",
          "v.vvvvvfv.........",
          "t.tttttft.........");

  /** The type of {@code |}, {@code &} and {@code ^}, and the one that comparisons meet in. */
  static final Types MEET =
      new Types(
          "b.xhijefc.pmdznuvt",
          ".g................",
          "x.xhijefc.pmdznuvt",
          "h.hhijefc.pmdznuvt",
          "i.iiijefc.pmdznuvt",
          "j.jjjjefc.pmdznuvt",
          "e.eeeeefc.pmdznuvt",
          "f.ffffffc.pmdznuvt",
          "c.ccccccc.pmdznuvt",
          ".........s........",
          "p.ppppppp.ppppnuvt",
          "m.mmmmmmm.pmd.....",
          "d.ddddddd.pddz....",
          "z.zzzzzzz.p.zznuvt",
          "n.nnnnnnn.n..nnnnn",
          "u.uuuuuuu.u..unuvt",
          "v.vvvvvvv.v..vnvvt",
          "t.ttttttt.t..tnttt");

  private final QType[] results = new QType[COUNT * COUNT];

  private Types(String... rows) {
    for (int left = 0; left < COUNT; left++) {
      if (rows[left].length() != COUNT) {
        throw new IllegalArgumentException("row " + left + ": " + rows[left]);
      }
      for (int right = 0; right < COUNT; right++) {
        char letter = rows[left].charAt(right);
        QType type = letter == '.' ? null : QType.ofLetter(letter);
        results[left * COUNT + right] = type == null ? QType.ERROR : type;
      }
    }
  }

  /** The type of the result; {@link QType#ERROR} where there is none. */
  QType of(QType left, QType right) {
    int x = ORDER.indexOf(left.letter());
    int y = ORDER.indexOf(right.letter());
    return x < 0 || y < 0 ? QType.ERROR : results[x * COUNT + y];
  }

  /** A value's kind, for the sentence of an error. */
  static String name(Value value) {
    String type = name(value.type());
    if (value instanceof Atom) {
      return "a " + type;
    }
    return value instanceof Vector v && value.type() != QType.LIST
        ? "a " + type + " vector of " + v.length()
        : "a " + type;
  }

  /** q's name of a type, as casts take it. */
  static String name(QType type) {
    return type == QType.LIST ? "general list" : type.name().toLowerCase(Locale.ROOT);
  }
}
