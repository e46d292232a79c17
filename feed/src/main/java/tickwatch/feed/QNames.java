package tickwatch.feed;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names that q takes for columns and tables, made of names that it does not, as q's own {@code
 * .Q.id} does: what is neither a letter, a digit nor an underscore is dropped, a name that would
 * start with a digit or an underscore gets an {@code a} before it, one that q keeps for itself a
 * {@code 1} after it. Of equal names the later ones get numbers.
 *
 * <p>Before that, letters that q does not know become letters that it does: those of Latin lose
 * their accents, those of Greek and Cyrillic are spelt out. A name of which nothing is left is
 * {@code c} and its place, counted from 1.
 */
final class QNames {
  private static final Set<String> RESERVED =
      Set.of(
          ("abs acos aj aj0 all and any asc asin asof atan attr avg avgs bin binr by ceiling cols cor"
                  + " cos count cov cross csv cut delete deltas desc dev differ distinct div do dsave"
                  + " each ej ema enlist eval except exec exit exp fby fills first fkeys flip floor"
                  + " from get getenv group gtime hclose hcount hdel hopen hsym i iasc idesc if ij in"
                  + " insert inter inv key keys last like lj load log lower lsq ltime ltrim mavg max"
                  + " maxs mcount md5 mdev med meta min mins mmax mmin mmu mod msum neg next not null"
                  + " or over parse peach pj prd prds prev prior rand rank ratios raze read0 read1"
                  + " reciprocal reval reverse rload rotate rsave rtrim save scan scov sdev select set"
                  + " setenv show signum sin sqrt ss ssr string sublist sum sums sv svar system tables"
                  + " tan til trim type uj ungroup union update upper upsert value var view views vs"
                  + " wavg where while within wj wj1 wsum xasc xbar xcol xcols xdesc xexp xgroup xkey"
                  + " xlog xprev xrank")
              .split(" "));

  /** Small letters and how they are spelt. */
  private static final Map<Integer, String> SPELT = new HashMap<>();

  static {
    String spelt =
        "ß ss æ ae œ oe ø o ł l đ d ð d þ th ı i ħ h ŋ ng"
            + " α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa"
            + " λ lambda μ mu ν nu ξ xi ο omicron π pi ρ rho σ sigma ς sigma τ tau υ upsilon φ phi"
            + " ϕ phi χ chi ψ psi ω omega"
            + " а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh"
            + " ц ts ч ch ш sh щ shch ъ - ы y ь - э e ю yu я ya є ye і i ґ g ђ dj ј j љ lj њ nj"
            + " ћ c џ dz";
    String[] words = spelt.split(" ");
    for (int i = 0; i < words.length; i += 2) {
      SPELT.put(words[i].codePointAt(0), words[i + 1].equals("-") ? "" : words[i + 1]);
    }
  }

  private QNames() {}

  private static String spelt(String name) {
    StringBuilder spelt = new StringBuilder();
    Normalizer.normalize(name, Normalizer.Form.NFKD)
        .codePoints()
        .forEach(
            c -> {
              int small = Character.toLowerCase(c);
              String word = SPELT.get(small);
              if (word == null) {
                spelt.appendCodePoint(c);
              } else if (c == small || word.isEmpty()) {
                spelt.append(word);
              } else {
                spelt.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
              }
            });
    return spelt.toString();
  }

  /** One name. */
  static String of(String name) {
    return of(name, "a");
  }

  private static String of(String original, String nameless) {
    String name = spelt(original);
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (letter || (c >= '0' && c <= '9') || c == '_') {
        if (kept.isEmpty() && !letter) {
          kept.append('a');
        }
        kept.append(c);
      }
    }
    if (kept.isEmpty()) {
      return nameless;
    }
    return RESERVED.contains(kept.toString()) ? kept.append('1').toString() : kept.toString();
  }

  /** The names of one table, all different, and none of them {@code time} or {@code sym}. */
  static List<String> of(List<String> names) {
    Set<String> taken = new HashSet<>(List.of("time", "sym"));
    List<String> all = new ArrayList<>();
    for (String name : names) {
      String plain = of(name, "c" + (all.size() + 1));
      String free = plain;
      for (int i = 1; !taken.add(free); i++) {
        free = plain + i;
      }
      all.add(free);
    }
    return all;
  }
}
