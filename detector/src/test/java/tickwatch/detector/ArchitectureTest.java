package tickwatch.detector;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures;

/** The edges between packages that the compiler does not see. */
@AnalyzeClasses(
    packages = "tickwatch.detector",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule ONE_CLASS_KNOWS_DJL =
      noClasses()
          .that()
          .doNotHaveSimpleName("TorchForecaster")
          .and()
          .doNotHaveFullyQualifiedName("tickwatch.detector.model.TorchTraining")
          .and()
          .haveNameNotMatching(".*TorchTraining\\$.*")
          .and()
          .doNotHaveSimpleName("TorchEngine")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule PACKAGES_POINT_ONE_WAY =
      Architectures.layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("window")
          .definedBy("tickwatch.detector.window")
          .layer("preprocess")
          .definedBy("tickwatch.detector.preprocess")
          .layer("model")
          .definedBy("tickwatch.detector.model")
          .layer("ensemble")
          .definedBy("tickwatch.detector.ensemble")
          .layer("threshold")
          .definedBy("tickwatch.detector.threshold")
          .layer("event")
          .definedBy("tickwatch.detector.event")
          .layer("health")
          .definedBy("tickwatch.detector.health")
          .layer("feedback")
          .definedBy("tickwatch.detector.feedback")
          .layer("analysis")
          .definedBy("tickwatch.detector.analysis")
          .layer("alert")
          .definedBy("tickwatch.detector.alert")
          .layer("detector")
          .definedBy("tickwatch.detector")
          .layer("evaluation")
          .definedBy("tickwatch.detector.evaluation")
          .layer("training")
          .definedBy("tickwatch.detector.training")
          .whereLayer("training")
          .mayOnlyBeAccessedByLayers("detector")
          .whereLayer("evaluation")
          .mayOnlyBeAccessedByLayers("training", "detector")
          .whereLayer("detector")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("alert")
          .mayOnlyBeAccessedByLayers("detector")
          .whereLayer("health")
          .mayOnlyBeAccessedByLayers("alert", "detector")
          .whereLayer("feedback")
          .mayOnlyBeAccessedByLayers("detector")
          .whereLayer("analysis")
          .mayOnlyBeAccessedByLayers("alert", "detector")
          .whereLayer("event")
          .mayOnlyBeAccessedByLayers("analysis", "health", "alert", "detector")
          .whereLayer("threshold")
          .mayOnlyBeAccessedByLayers("event", "analysis", "alert", "training", "detector")
          .whereLayer("ensemble")
          .mayOnlyBeAccessedByLayers(
              "threshold", "event", "analysis", "alert", "training", "detector")
          .whereLayer("model")
          .mayOnlyBeAccessedByLayers(
              "ensemble", "threshold", "event", "analysis", "alert", "training", "detector")
          .whereLayer("preprocess")
          .mayOnlyBeAccessedByLayers(
              "model",
              "ensemble",
              "threshold",
              "event",
              "analysis",
              "alert",
              "training",
              "detector");

  @ArchTest
  static final ArchRule THE_PIPELINE_KNOWS_NO_NETWORK =
      classes()
          .that()
          .resideInAPackage("tickwatch.detector.*")
          .should()
          .onlyDependOnClassesThat()
          .resideOutsideOfPackages("io.netty..", "tickwatch.ipc.net..", "tickwatch.tick..");
}
