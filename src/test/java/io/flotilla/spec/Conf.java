package io.flotilla.spec;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.File;
import java.util.List;

/** Configurations of tests: texts over the reference. */
final class Conf {

    static final File REFERENCE = new File("src/main/resources/reference.conf");

    private Conf() {}

    static Config reference() {
        return ConfigFactory.parseFile(REFERENCE).resolve();
    }

    static Config parse(String file, String text) {
        return ConfigFactory.parseString(
                text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.CONF).setOriginDescription(file));
    }

    /** What is within {@code flotilla}, read over the reference as {@code flotilla.conf}. */
    static Configuration read(String text) {
        return new Configuration()
                .read(parse("flotilla.conf", "flotilla {\n" + text + "\n}")
                        .withFallback(reference())
                        .resolve());
    }

    /** Reads one connection, {@code a}, with a URI and these keys. */
    static ConnectionSpec connection(String keys) {
        Configuration read = read("connections { a { uri = \"wss://host/\"\n" + keys + "\n} }");
        return read.check().connections().get(0).spec();
    }

    /** Everything that is wrong, or nothing. */
    static List<String> problems(Configuration read) {
        try {
            read.check();
            return List.of();
        } catch (InvalidConfig invalid) {
            return invalid.problems().stream()
                    .map(InvalidConfig.Problem::toString)
                    .toList();
        }
    }

    static List<String> problems(String text) {
        return problems(read(text));
    }
}
