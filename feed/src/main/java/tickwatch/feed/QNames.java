package tickwatch.feed;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names that q takes for columns and tables, made of names that it does not, as q's own {@code
 * .Q.id} does: what is neither a letter, a digit nor an underscore is dropped, a name that would
 * start with a digit or an underscore gets an {@code a} before it, one that q keeps for itself a
 * {@code 1} after it. Of equal names the later ones get numbers.
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

  private QNames() {}

  /** One name. */
  static String of(String name) {
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
      return "a";
    }
    return RESERVED.contains(kept.toString()) ? kept.append('1').toString() : kept.toString();
  }

  /** The names of one table, all different, and none of them {@code time} or {@code sym}. */
  static List<String> of(List<String> names) {
    Set<String> taken = new HashSet<>(List.of("time", "sym"));
    List<String> all = new ArrayList<>();
    for (String name : names) {
      String free = of(name);
      for (int i = 1; !taken.add(free); i++) {
        free = of(name) + i;
      }
      all.add(free);
    }
    return all;
  }
}
