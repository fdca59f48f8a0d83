package io.bascule.scenarios;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the picture of modules in ARCHITECTURE.md. */
class ArchitectureTest {
    /** What there was when this was written; less would mean that the import does not see the code. */
    private static final int LEAST_CLASSES = 150;

    private static final JavaClasses CODE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.bascule");

    private static final String[] MODULES = {
        "testsupport",
        "partitionlayout",
        "signing",
        "payload",
        "firstboot",
        "imagebuilder",
        "updateengine",
        "qemuharness",
        "cli",
        "scenarios"
    };

    @Test
    void seesTheCode() {
        assertThat(CODE.size()).isGreaterThan(LEAST_CLASSES);
        for (var module : MODULES) {
            assertThat(CODE.stream().map(JavaClass::getPackageName))
                    .anyMatch(name -> name.startsWith("io.bascule." + module));
        }
    }

    /** Which modules a module may use besides itself. */
    static Stream<Arguments> allowedEdges() {
        return Stream.of(
                Arguments.of("testsupport", new String[] {}),
                Arguments.of("partitionlayout", new String[] {}),
                Arguments.of("signing", new String[] {}),
                Arguments.of("payload", new String[] {"partitionlayout", "signing"}),
                Arguments.of("firstboot", new String[] {"partitionlayout"}),
                Arguments.of("imagebuilder", new String[] {"partitionlayout", "payload", "signing"}),
                Arguments.of("updateengine", new String[] {"partitionlayout", "signing", "payload"}),
                Arguments.of("qemuharness", new String[] {"partitionlayout"}),
                Arguments.of("cli", new String[] {
                    "partitionlayout", "signing", "payload", "firstboot", "imagebuilder", "qemuharness"
                }),
                Arguments.of("scenarios", MODULES));
    }

    @ParameterizedTest
    @MethodSource("allowedEdges")
    void modulesUseOnlyWhatThePictureAllows(String module, String[] allowed) {
        var forbidden = new TreeSet<String>();
        for (var other : MODULES) {
            if (!other.equals(module) && !Stream.of(allowed).toList().contains(other)) {
                forbidden.add("io.bascule." + other + "..");
            }
        }
        if (!forbidden.isEmpty()) {
            noClasses()
                    .that()
                    .resideInAPackage("io.bascule." + module + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(forbidden.toArray(String[]::new))
                    .check(CODE);
        }
    }

    @Test
    void nobodyUsesTheScenarios() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.bascule.scenarios..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.bascule.scenarios..")
                .check(CODE);
    }

    /** It is the judge of what the engine does. */
    @Test
    void modelOfTheBootPathSharesNothingWithTheEngine() {
        noClasses()
                .that()
                .resideInAPackage("io.bascule.scenarios.bootpath..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.bascule.updateengine..")
                .check(CODE);
    }

    @Test
    void packagesOfAModuleHaveNoCycles() {
        for (var module :
                Stream.concat(Stream.of(MODULES), Stream.of("scenarios")).toList()) {
            slices().matching("io.bascule." + module + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .check(CODE);
        }
    }

    @Test
    void onlyTheCommandsTalkToTheTerminalAndEndTheProcess() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.bascule.cli..",
                        "io.bascule.firstboot.command..",
                        "io.bascule.updateengine.command..",
                        "io.bascule.scenarios.command..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(CODE);
    }

    @Test
    void nobodyThrowsGenericExceptions() {
        noClasses()
                .that()
                .areNotAssignableTo(Throwable.class)
                .should()
                .callConstructorWhere(JavaCall.Predicates.target(HasOwner.Predicates.With.owner(DescribedPredicate.or(
                        HasName.Predicates.name(RuntimeException.class.getName()),
                        HasName.Predicates.name(Exception.class.getName())))))
                .check(CODE);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith(NullMarked.class)
                .check(CODE);
        var described = CODE.stream()
                .filter(type -> type.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .toList();
        assertThat(CODE.stream().map(JavaClass::getPackageName).distinct()).allMatch(described::contains);
    }
}
