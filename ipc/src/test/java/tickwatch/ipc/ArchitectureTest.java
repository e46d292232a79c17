package tickwatch.ipc;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** value ← codec ← net, and nothing the other way. */
@AnalyzeClasses(packages = "tickwatch.ipc", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule VALUES_NEED_ONLY_THE_JDK =
      classes()
          .that()
          .resideInAPackage("tickwatch.ipc.value")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("tickwatch.ipc.value", "java..", "org.jspecify.annotations");

  @ArchTest
  static final ArchRule THE_CODEC_NEEDS_VALUES_AND_BUFFERS =
      classes()
          .that()
          .resideInAPackage("tickwatch.ipc.codec")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "tickwatch.ipc.codec",
              "tickwatch.ipc.value",
              "io.netty.buffer",
              "java..",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule NOTHING_BELOW_KNOWS_THE_NETWORK =
      classes()
          .that()
          .resideInAPackage("tickwatch.ipc.net..")
          .should()
          .onlyHaveDependentClassesThat()
          .resideInAPackage("tickwatch.ipc.net..");
}
