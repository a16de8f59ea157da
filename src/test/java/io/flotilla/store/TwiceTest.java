package io.flotilla.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwiceTest {

    private static List<Twice.Found> at(String text, String... above) {
        return Twice.in(text, List.of(above));
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
            strings = {
                "a {}\na {}",
                "a = {}\n\"a\" : {}",
                "{ a {}, a {} }",
                "a\n{ x = 1 }, a { x = 2 }",
                "a { b { c = \"}\" } }, a { # }\n}",
                "a = {} // a {}\na {}",
                "include \"a {\"\na {}\na {}",
                "a { on = [\"\"\"{\"a\":{\"\"\", { a {}, a {} }] }, a {}",
                "a { uri = ${x} }\nb = ${a} { uri = 1 }\na {}",
                "a {} {}, a {}",
            })
    void findsABlockThatIsOpenedTwice(String text) {
        assertThat(at(text)).extracting(Twice.Found::name).containsExactly("a");
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
            strings = {
                "",
                "a {}\na.priority = 5",
                "a.labels {}\na.labels {}",
                "a { x {}, x {} }",
                "a {} { x {} }\nb = { x {} } { x {} }",
                "a = ${b} { x = 1 }\na = ${a} { x = 2 }",
                "a {}\na = null",
                "a {}\nA {}\n\"a.b\" {}\na.b {}",
                "a { text = a, text = \"a {}\" }\n# a {}\n// a {}",
                "a = [ { b {} }, { b {} } ]\nb {}",
                "}}}{{[[ a { ]] \" \"\"\" ${",
            })
    void leavesOverlaysAlone(String text) {
        assertThat(at(text)).isEmpty();
    }

    @Test
    void saysTheLinesOfBothWhereverTheyAreWritten() {
        String text = """
                flotilla {
                  connections {
                    "a.b" { uri = 1 }
                  }
                  templates { "a.b" {} }
                }
                flotilla.connections."a.b" {
                }
                """;
        assertThat(at(text, "flotilla", "connections")).containsExactly(new Twice.Found("a.b", 3, 7));
    }
}
