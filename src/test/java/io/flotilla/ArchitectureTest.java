package io.flotilla;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The plan of the house: which room may import which. A room that is not named on a line is closed to it. */
class ArchitectureTest {

    private static final String PLAN = """
            failure     ->
            spec        -> failure
            policy      -> failure spec
            sink        -> failure spec
            credential  -> failure spec
            transport   -> failure spec sink
            store       -> failure spec
            connection  -> failure spec policy sink credential transport
            supervision -> failure spec policy sink credential transport store connection
            cluster     -> failure spec store connection supervision
            door        -> failure spec policy sink credential transport store connection supervision cluster
            testkit     -> failure spec sink transport connection supervision door
            telemetry   -> failure spec sink transport connection supervision door
            simulation  -> failure spec policy sink credential transport connection supervision testkit
            admin       -> failure spec sink connection supervision door telemetry
            app         -> everything
            """;

    /** Rooms that decide and do not act: no actors, no I/O, no clock. */
    private static final List<String> PURE = List.of("failure", "spec", "policy");

    /** Rooms that read configuration, or hand it to those who do, Pekko included; the others see records. */
    private static final List<String> READERS = List.of("spec", "store", "sink", "door", "simulation", "app");

    private static final String ROOT = "io.flotilla";
    private static final Map<String, List<String>> ROOMS = plan();
    private static final JavaClasses CLASSES =
            new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(ROOT);

    @TestFactory
    Stream<DynamicTest> roomsImportOnlyWhatThePlanAllows() {
        return ROOMS.keySet().stream()
                .map(room -> dynamicTest(
                        room + " -> " + ROOMS.get(room),
                        () -> noClasses()
                                .that(areIn(room))
                                .should()
                                .dependOnClassesThat(areInARoomClosedTo(room))
                                .allowEmptyShould(true)
                                .check(CLASSES)));
    }

    @Test
    void everyClassStandsInARoomOfThePlan() {
        assertThat(CLASSES).isNotEmpty().allSatisfy(type -> assertThat(ROOMS).containsKey(room(type)));
    }

    @TestFactory
    Stream<DynamicTest> pureRoomsKnowNoActorsAndDoNoIo() {
        return PURE.stream()
                .map(room -> dynamicTest(
                        room,
                        () -> noClasses()
                                .that(areIn(room))
                                .should()
                                .dependOnClassesThat(
                                        describe("know actors, sockets or files", ArchitectureTest::isTheOutsideWorld))
                                .allowEmptyShould(true)
                                .check(CLASSES)));
    }

    @TestFactory
    Stream<DynamicTest> pureRoomsAskNoClock() {
        return PURE.stream()
                .map(room -> dynamicTest(
                        room,
                        () -> noClasses()
                                .that(areIn(room))
                                .should()
                                .callMethodWhere(describe("reads a clock", ArchitectureTest::readsAClock))
                                .allowEmptyShould(true)
                                .check(CLASSES)));
    }

    @Test
    void configurationIsSeenByItsReadersOnly() {
        noClasses()
                .that(describe("stand in no room that reads", type -> !READERS.contains(room(type))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.typesafe.config..")
                .check(CLASSES);
    }

    @Test
    void noTestSleeps() {
        JavaClasses tests =
                new ClassFileImporter().withImportOption(new OnlyIncludeTests()).importPackages(ROOT);

        noClasses()
                .should()
                .callMethodWhere(describe("sleeps", ArchitectureTest::sleeps))
                .check(tests);
    }

    private static DescribedPredicate<JavaClass> areIn(String room) {
        return describe("are in " + room, type -> room(type).equals(room));
    }

    private static DescribedPredicate<JavaClass> areInARoomClosedTo(String room) {
        List<String> open = ROOMS.getOrDefault(room, List.of());
        return describe(
                "are in a room closed to " + room,
                type -> isOurs(type)
                        && !room(type).equals(room)
                        && !open.contains("everything")
                        && !open.contains(room(type)));
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    /** The first package below the root; what stands in the root itself is the door. */
    private static String room(JavaClass type) {
        String name = type.getPackageName();
        return name.length() <= ROOT.length()
                ? "door"
                : name.substring(ROOT.length() + 1).split("\\.", 2)[0];
    }

    /** A path is a value that names a file, and what was thrown may be named anywhere; whoever opens and dials is not pure. */
    private static boolean isTheOutsideWorld(JavaClass type) {
        if (type.isEquivalentTo(Path.class) || type.getSimpleName().endsWith("Exception")) {
            return false;
        }
        return type.isEquivalentTo(File.class)
                || Stream.of("org.apache.pekko", "io.netty", "java.net.http", "java.nio.file", "java.nio.channels")
                        .anyMatch(world -> type.getPackageName().startsWith(world))
                || Set.of("java.io.FileInputStream", "java.io.FileOutputStream", "java.net.Socket")
                        .contains(type.getName());
    }

    private static boolean readsAClock(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        return (call.getName().equals("now") && owner.getPackageName().equals(Instant.class.getPackageName()))
                || owner.isEquivalentTo(Clock.class)
                || (owner.isEquivalentTo(System.class)
                        && Set.of("currentTimeMillis", "nanoTime").contains(call.getName()));
    }

    /** A pause between two looks at a condition is no sleep: it ends when the condition holds, or fails the test at its deadline. */
    private static boolean sleeps(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        return call.getName().equals("sleep")
                && (owner.isAssignableTo(Thread.class) || owner.isEquivalentTo(TimeUnit.class));
    }

    private static Map<String, List<String>> plan() {
        Map<String, List<String>> plan = new LinkedHashMap<>();
        PLAN.lines().map(line -> line.split("->", 2)).forEach(sides -> plan.put(sides[0].strip(), words(sides[1])));
        return plan;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
