package io.flotilla.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReferenceTest {

    private static final String CONNECTION = "flotilla.connections.a.uri = \"wss://host/\"";

    @Test
    void everyKeyHasAComment() {
        assertThat(keys())
                .allSatisfy((key, value) -> assertThat(value.origin().comments())
                        .as("comment of %s", key)
                        .isNotEmpty());
    }

    @Test
    void everyKeyHasAReader() {
        assertThat(asked(Conf.reference())).containsAll(keys().keySet());
    }

    @Test
    void everyKeyThatIsReadStandsInIt() {
        Set<String> unwritten = asked(Conf.reference());
        unwritten.removeIf(key -> Conf.reference().hasPathOrNull(key));
        // a connection's own, which no default can give
        assertThat(unwritten).containsExactlyInAnyOrder("flotilla.defaults.uri", "flotilla.defaults.template");
    }

    @Test
    void itsFleetIsTheOneOfTheCode() {
        Configuration reference = new Configuration().read(Conf.reference()).check();
        assertThat(reference.settings()).isEqualTo(FleetSettings.DEFAULT);
        assertThat(reference.connectionsFrom().globs()).isEmpty();
        assertThat(reference.connectionsFrom().mostBytes()).isEqualTo(ConnectionsFrom.NONE.mostBytes());
        assertThat(reference.admin()).isEqualTo(AdminSettings.DEFAULT);
        assertThat(reference.harbour()).isEmpty();
        assertThat(reference.warnings()).isEmpty();
    }

    @Test
    void itsConnectionIsTheOneOfTheCode() {
        assertThat(only(Conf.parse("a.conf", CONNECTION).withFallback(Conf.reference())))
                .isEqualTo(
                        ConnectionSpec.builder("a", "wss://host/").sink("none").build());
    }

    @Test
    void theCodeKnowsTheSameDefaultsWithoutIt() {
        Config bare = Conf.parse("a.conf", CONNECTION);
        assertThat(only(bare)).isEqualTo(only(bare.withFallback(Conf.reference())));
        assertThat(new Configuration().read(bare).settings()).isEqualTo(FleetSettings.DEFAULT);
        assertThat(new Configuration().read(bare).admin()).isEqualTo(AdminSettings.DEFAULT);
    }

    private static ConnectionSpec only(Config config) {
        return new Configuration().read(config).check().connections().get(0).spec();
    }

    private static Set<String> asked(Config config) {
        Set<String> asked = new TreeSet<>();
        new Configuration(Classes.own(), asked::add).read(config).check();
        return asked.stream().filter(key -> !key.equals("flotilla")).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, ConfigValue> keys() {
        Map<String, ConfigValue> keys = new TreeMap<>();
        collect("flotilla", Conf.reference().getObject("flotilla"), keys);
        assertThat(keys).hasSizeGreaterThan(80);
        return keys;
    }

    private static void collect(String path, ConfigObject block, Map<String, ConfigValue> keys) {
        block.forEach((key, value) -> {
            String inner = path + "." + ConfigUtil.joinPath(key);
            if (value instanceof ConfigObject object && !object.isEmpty()) {
                collect(inner, object, keys);
            } else {
                keys.put(inner, value);
            }
        });
    }
}
