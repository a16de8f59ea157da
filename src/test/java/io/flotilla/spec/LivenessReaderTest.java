package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.JsonPointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LivenessReaderTest {

    /** Made by its name. */
    public static final class OwnHeartbeats implements Heartbeats {
        @Override
        public OfLink begin(ConnectionId id) {
            throw new UnsupportedOperationException("no link here");
        }
    }

    @Test
    void isOffUnlessSomebodyWantsIt() {
        assertThat(liveness("")).isEqualTo(Settings.Liveness.DEFAULT);
        assertThat(liveness("heartbeat = off, silence = off")).isEqualTo(Settings.Liveness.DEFAULT);
    }

    @Test
    void readsAProtocolWithItsOwnPingsAndPongs() {
        assertThat(liveness("""
                        heartbeat { every = 15s, message = \"\"\"{"op":"ping","id":{counter}}\"\"\",
                          acknowledgement { json { "/op" = pong, "/id" = "{counter}" } }, deadline = 5s }""").heartbeat())
                .contains(Heartbeat.of(Duration.ofSeconds(15), "{\"op\":\"ping\",\"id\":{counter}}")
                        .acknowledgedBy(
                                MessagePattern.Json.of(Map.of("/op", "pong", "/id", "{counter}")),
                                Duration.ofSeconds(5)));
    }

    @Test
    void readsAPeerThatNamesTheInterval() {
        assertThat(liveness("heartbeat { message = a, every-from = \"/d/heartbeat_interval\" }")
                        .heartbeat())
                .contains(
                        Heartbeat.of(Heartbeat.EVERY, "a").everyFrom(Heartbeat.Named.millis("/d/heartbeat_interval")));
        assertThat(liveness(
                                "heartbeat { message = a, every-from { pointer = \"/t\", unit = s, least = 5s, most = 1m } }")
                        .heartbeat())
                .contains(Heartbeat.of(Heartbeat.EVERY, "a")
                        .everyFrom(new Heartbeat.Named(
                                JsonPointer.compile("/t"),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5),
                                Duration.ofMinutes(1))));
    }

    @Test
    void readsAClassThatAllWhoNameItShare() {
        String named = "heartbeat { every = 1m, class = \"" + OwnHeartbeats.class.getName() + "\" }";
        List<ConnectionSpec> specs = Conf.read("connections { a { uri = \"ws://h/\", liveness { " + named
                        + " } }, b { uri = \"ws://h/\", liveness { " + named + " } } }")
                .check()
                .connections()
                .stream()
                .map(placed -> placed.spec())
                .toList();
        assertThat(specs).hasSize(2);
        assertThat(specs.get(0).liveness()).isEqualTo(specs.get(1).liveness());
        assertThat(specs.get(0).liveness().heartbeat()).hasValueSatisfying(heartbeat -> {
            assertThat(heartbeat.every()).isEqualTo(Duration.ofMinutes(1));
            assertThat(heartbeat.wording()).isInstanceOf(Heartbeat.ByClass.class);
        });
    }

    @Test
    void changesWhatATemplateSays() {
        Settings.Liveness changed =
                Conf.read("""
                        templates { t { liveness {
                          silence { after = 1m, except = [{ text-contains = p }] }
                          heartbeat { every = 15s, message = a, acknowledgement { text-contains = b }, deadline = 5s }
                        } } }
                        connections { a { uri = "ws://h/", template = t, liveness { heartbeat { every = 10s }, silence = 2m } } }
                        """).check().connections().get(0).spec().liveness();
        assertThat(changed.heartbeat())
                .contains(Heartbeat.of(Duration.ofSeconds(10), "a")
                        .acknowledgedBy(new MessagePattern.TextContains("b"), Duration.ofSeconds(5)));
        assertThat(changed.silence())
                .contains(new Settings.Silence(Duration.ofMinutes(2), List.of(new MessagePattern.TextContains("p"))));
    }

    /** The examples of the section are what an operator copies. */
    @Test
    void readsWhatTheDocumentForOperatorsShows() throws IOException {
        String section = Files.readString(Path.of("src/docs/operating.md"))
                .split("## Dead, silent and quiet peers", 2)[1]
                .split("\n## ", 2)[0];
        List<String> examples = Pattern.compile("(?:\n {4}.*)+")
                .matcher(section)
                .results()
                .map(found -> found.group())
                .toList();
        assertThat(examples).hasSize(2).allSatisfy(example -> {
            Settings.Liveness read = Conf.connection(example).liveness();
            assertThat(read.heartbeat()).isPresent();
        });
    }

    @Test
    void readsHowLongASilenceMayLast() {
        assertThat(liveness("silence = 90s").silence()).contains(new Settings.Silence(Duration.ofSeconds(90)));
        assertThat(liveness("silence { after = 90s }").silence())
                .contains(new Settings.Silence(Duration.ofSeconds(90)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "heartbeat = 3s | heartbeat] = [3s]: expected off or a block { every = …, message = … }",
                "heartbeat { every = 3s } | heartbeat]: expected a message, or a class that makes them",
                "heartbeat { every = 5ms, message = a } | heartbeat.every] = [5ms]: expected 100ms to 1d",
                "heartbeat { every = 5, message = a } | heartbeat.every] = [5]: expected a duration",
                "heartbeat { message = \"\" } | heartbeat.message]: expected a text that is not empty",
                "heartbeat { message = \"hush {count}\" } | heartbeat.message]: has a place in braces that is none of {counter}, {time}, {last:/pointer}",
                "heartbeat { message = \"hush {last:s}\" } | heartbeat.message]: has {last:…} without a JSON pointer",
                "heartbeat { message = \"hush {last:/s}{last:/t}\" } | heartbeat.message]: has {last:…} with two pointers; expected one",
                "heartbeat { message = a, every = 10s, deadline = 11s, acknowledgement { text-contains = b } } | heartbeat.deadline] = [11s]: expected at most every",
                "heartbeat { message = a, deadline = 1s } | heartbeat.deadline]: there is no acknowledgement to wait for",
                "heartbeat { message = a, acknowledgement = pong } | heartbeat.acknowledgement] = [pong]: expected none, { text-contains",
                "heartbeat { message = a, acknowledgement {} } | heartbeat.acknowledgement]: expected one of",
                "heartbeat { message = a, every-from = interval } | heartbeat.every-from]: expected a JSON pointer",
                "heartbeat { message = a, every-from { unit = s } } | heartbeat.every-from]: expected a pointer",
                "heartbeat { message = a, every-from { pointer = \"/t\", unit = min } } | heartbeat.every-from.unit] = [min]: expected one of",
                "heartbeat { message = a, every-from { pointer = \"/t\", least = 2h } } | heartbeat.every-from.least]: most is shorter than least",
                "heartbeat { class = no.such.Class } | heartbeat.class]: class [no.such.Class] is not there",
                "heartbeat { class = java.lang.Object, message = hush } | heartbeat.message]: is said by the class",
                "heartbeat { message = a, mesage = b } | heartbeat.mesage] is not a key; did you mean",
                "silence = 5 | silence] = [5]: expected a duration",
                "silence = on | silence] = [on]: expected a duration",
                "silence { except = [{ text-contains = a }] } | silence]: expected after: how long a silence may last",
                "silence { after = 1m, except = [a] } | silence.except]: expected a list of blocks",
                "silence { after = 1m, except = [{ text-matches = \"(\" }] } | silence.except.text-matches]: expected a regular expression",
            })
    void refusesWithFileAndLine(String keys, String problem) {
        List<String> problems = Conf.problems("connections { a { uri = \"ws://h/\"\nliveness { " + keys + " } } }");
        assertThat(problems)
                .anySatisfy(said ->
                        assertThat(said).startsWith("flotilla.conf: 3: [flotilla.connections.a.liveness." + problem))
                .allSatisfy(said -> assertThat(said).doesNotContain("hush"));
    }

    @Test
    void boundsWhatCodeMayAskFor() {
        assertThatIllegalArgumentException().isThrownBy(() -> Heartbeat.of(Duration.ofMillis(99), "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> Heartbeat.of(Duration.ofDays(2), "a"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Heartbeat.of(Duration.ofSeconds(1), "a").within(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new Settings.Silence(Duration.ZERO));
    }

    @Test
    void showsNoHeartbeat() {
        assertThat(Heartbeat.of(Duration.ofSeconds(1), "hush {counter}").toString())
                .doesNotContain("hush");
    }

    private static Settings.Liveness liveness(String keys) {
        return Conf.connection("liveness { " + keys + " }").liveness();
    }

    @ParameterizedTest(name = "{0} at {1} is {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"t\":null,\"s\":42,\"op\":0}; /s; 42",
                "{\"s\":-1.50e3}; /s; -1.50e3",
                "{\"s\":true}; /s; true",
                "{\"s\":\"a\\\"b\\u0001\"}; /s; \"a\\\"b\\u0001\"",
                "{\"d\":{\"x\":[1,{\"y\":7}]}}; /d/x/1/y; 7",
                "{\"s\":5} garbage; /s; 5",
                "{\"s\":null}; /s;",
                "{\"s\":[1]}; /s;",
                "{\"d\":{\"s\":1}}; /s;",
                "no JSON; /s;",
                "``; /s;",
            })
    void findsOneValueInAMessage(String message, String pointer, String spelled) {
        byte[] utf8 = (message == null ? "" : message).getBytes(StandardCharsets.UTF_8);
        assertThat(JsonScalar.at(utf8, utf8.length, JsonPointer.compile(pointer))
                        .map(JsonScalar::spelled))
                .isEqualTo(Optional.ofNullable(spelled));
    }

    @Test
    void remembersNoLongValue() {
        byte[] utf8 = ("{\"s\":\"" + "x".repeat(JsonScalar.MOST + 1) + "\"}").getBytes(StandardCharsets.UTF_8);
        assertThat(JsonScalar.at(utf8, utf8.length, JsonPointer.compile("/s"))).isEmpty();
    }
}
