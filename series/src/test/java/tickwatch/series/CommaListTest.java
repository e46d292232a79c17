package tickwatch.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommaListTest {
  @Test
  void aCommaPartsNamesUnlessItIsPartOfOne() {
    Set<String> known = Set.of("a", "flow, l/min", "b", "b,c");

    assertThat(CommaList.names(List.of("a,flow, l/min,b,c", "a", "x,a"), known::contains))
        .containsExactly("a", "flow, l/min", "b,c", "a", "x", "a");
  }
}
