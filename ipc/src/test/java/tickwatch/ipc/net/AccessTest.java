package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may connect: anonymous access, users files, and the flags that choose between them. */
class AccessTest {
  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1234);
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("192.0.2.1", 1234);
  private static final Set<Right> ANONYMOUS_RIGHTS =
      EnumSet.of(Right.READ, Right.SUBSCRIBE, Right.PUBLISH);
  private static final int FEW = 1000;

  @TempDir private Path directory;

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("users"), String.join("\n", lines));
  }

  private static String line(String user, String password, Right... rights) {
    Set<Right> all = EnumSet.noneOf(Right.class);
    all.addAll(Set.of(rights));
    return Users.line(user, password.toCharArray(), all, FEW);
  }

  // Anonymous

  @Test
  void anonymousLoopbackIsForThisMachineOnly() {
    Access access = Access.anonymousLoopback();

    assertThat(access.authenticate("joe", "", LOOPBACK))
        .isEqualTo(new User("joe", ANONYMOUS_RIGHTS));
    assertThat(access.authenticate("joe", "", ELSEWHERE)).isNull();
  }

  @Test
  void anonymousIsForEveryone() {
    assertThat(Access.anonymous().authenticate("", "", ELSEWHERE))
        .isEqualTo(new User("", ANONYMOUS_RIGHTS));
  }

  // Users files

  @Test
  void aUserFileLetsInItsUsersAndNobodyElse() throws IOException {
    Users users =
        Users.load(
            file(
                "# the team",
                "",
                line("joe", "a:b é", Right.READ, Right.ADMIN),
                line("feed", "pw", Right.PUBLISH)));

    assertThat(users.authenticate("joe", "a:b é", ELSEWHERE))
        .isEqualTo(new User("joe", EnumSet.of(Right.READ, Right.ADMIN)));
    assertThat(users.authenticate("feed", "pw", LOOPBACK))
        .isEqualTo(new User("feed", EnumSet.of(Right.PUBLISH)));
    assertThat(users.authenticate("joe", "pw", LOOPBACK)).isNull();
    assertThat(users.authenticate("joe", "", LOOPBACK)).isNull();
    assertThat(users.authenticate("", "", LOOPBACK)).isNull();
    assertThat(users.authenticate("jim", "pw", LOOPBACK)).isNull();
  }

  @Test
  void aUserMayHaveNoRights() throws IOException {
    User user = Users.load(file(line("joe", "pw"))).authenticate("joe", "pw", LOOPBACK);

    assertThat(Objects.requireNonNull(user).rights()).isEmpty();
  }

  @Test
  void theDefaultLineOpensToo() throws IOException {
    // A word that no Base64 can hold.
    String written = Users.line("joe", "p!w".toCharArray(), EnumSet.of(Right.READ));

    assertThat(written).startsWith("joe:pbkdf2-sha256$").endsWith(":read").doesNotContain("p!w");
    assertThat(Users.load(file(written)).authenticate("joe", "p!w", LOOPBACK)).isNotNull();
  }

  @Test
  void twoLinesOfOnePasswordDiffer() {
    assertThat(line("joe", "pw")).isNotEqualTo(line("joe", "pw"));
  }

  @Test
  void aKnownHashOpens() throws IOException {
    // Python's hashlib.pbkdf2_hmac('sha256', b'passwd', b'saltsalt', 1, 32)
    String known =
        "joe:pbkdf2-sha256$1$c2FsdHNhbHQ=$lDmP6RuFMH8YWoefiEoq4eTqKXQV5Oep0voixqMnpBw=:read";

    assertThat(Users.load(file(known)).authenticate("joe", "passwd", LOOPBACK)).isNotNull();
  }

  @Test
  void aRightPasswordIsRememberedForAMinuteAndAWrongOneNeverPasses() throws IOException {
    AtomicLong now = new AtomicLong();
    Users users = Users.load(file(line("joe", "pw", Right.READ)), now::get);

    for (long second = 0; second < 200; second += 10) {
      now.set(second * 1_000_000_000L);
      assertThat(users.authenticate("joe", "pw", LOOPBACK)).isNotNull();
      assertThat(users.authenticate("joe", "pW", LOOPBACK)).isNull();
    }
  }

  /** What a password is to hash, and how often. */
  private static long work(Users users, String name, String password) {
    long before = users.iterationsDone();
    users.authenticate(name, password, LOOPBACK);
    return users.iterationsDone() - before;
  }

  @Test
  void anUnknownUserIsAsMuchWorkAsAWrongPasswordAndARememberedOneNone() throws IOException {
    Users users =
        Users.load(
            file(
                Users.line("joe", new char[] {'x'}, Set.of(), 2_000),
                Users.line("ann", new char[] {'y'}, Set.of(), 1_000)));

    assertThat(work(users, "joe", "wrong")).isEqualTo(2_000);
    assertThat(work(users, "jim", "wrong")).isEqualTo(2_000);
    assertThat(work(users, "joe", "x")).isEqualTo(2_000);
    assertThat(work(users, "joe", "x")).isZero();
    assertThat(work(users, "joe", "wrong")).isEqualTo(2_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "joe | 1 fields between colons",
        "joe:x:read:more | 4 fields between colons",
        "joe:secret:read | no password hash",
        "joe:md5$1$c2FsdHNhbHQ=$aa:read | no password hash",
        "joe:pbkdf2-sha256$zero$c2FsdHNhbHQ=$aa:read | hash",
        "joe:pbkdf2-sha256$1$c2Fs$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:read | salt of 3",
        "joe:pbkdf2-sha256$1$??$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:read | salt is not",
        "joe:pbkdf2-sha256$0$c2FsdHNhbHQ=$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:read | iter",
        "joe:pbkdf2-sha256$1$c2FsdHNhbHQ=$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:rad | rad",
        ":pbkdf2-sha256$1$c2FsdHNhbHQ=$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:read | name",
        "j e:pbkdf2-sha256$1$c2FsdHNhbHQ=$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:read | name",
      })
  void aBadLineIsSaidWithItsNumberAndWithoutTheHash(String bad, String why) throws IOException {
    Path file = file("# first", bad);

    assertThatThrownBy(() -> Users.load(file))
        .isInstanceOf(NetException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining(why)
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("47DEQ");
  }

  @Test
  void aUserTwiceIsSaid() throws IOException {
    Path file = file(line("joe", "a"), line("joe", "b"));

    assertThatThrownBy(() -> Users.load(file)).hasMessageContaining("line 2: user \"joe\"");
  }

  @Test
  void anAbsentOrEmptyFileIsSaid() throws IOException {
    Path absent = directory.resolve("absent");
    Path empty = file("# nobody");

    assertThatThrownBy(() -> Users.load(absent)).hasMessageContaining("does not exist");
    assertThatThrownBy(() -> Users.load(empty)).hasMessageContaining("names no user");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a:b", "a b", "#a", "a\n"})
  void aNameThatCannotStandInAFileIsRefused(String name) {
    assertThatThrownBy(() -> line(name, "pw")).isInstanceOf(NetException.class);
  }

  @Test
  void anEmptyPasswordIsRefused() {
    assertThatThrownBy(() -> line("joe", "")).isInstanceOf(NetException.class);
  }

  // Flags

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::"})
  void listeningToOtherMachinesNeedsUsersOrAWord(String listen) throws IOException {
    Path users = file(line("joe", "pw"));

    assertThatThrownBy(() -> Listen.access(listen, null, false))
        .isInstanceOf(NetException.class)
        .hasMessageContaining("--users")
        .hasMessageContaining("--allow-anonymous");
    assertThat(Listen.access(listen, null, true)).isSameAs(Access.anonymous());
    assertThat(Listen.access(listen, users, false)).isInstanceOf(Users.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.1.2.3"})
  void loopbackNeedsNeither(String listen) throws IOException {
    Path users = file(line("joe", "pw"));

    assertThat(Listen.access(listen, null, false)).isSameAs(Access.anonymousLoopback());
    assertThat(access(listen, users)).isInstanceOf(Users.class);
  }

  private static Access access(String listen, @Nullable Path users) {
    return Listen.access(listen, users, false);
  }

  @Test
  void usersAndEveryoneContradictEachOther() throws IOException {
    Path users = file(line("joe", "pw"));

    assertThatThrownBy(() -> Listen.access("127.0.0.1", users, true))
        .hasMessageContaining("leave out one");
  }

  @Test
  void anUnknownAddressIsSaid() {
    assertThatThrownBy(() -> Listen.access("no.such.host.invalid", null, true))
        .hasMessageContaining("no.such.host.invalid");
  }
}
