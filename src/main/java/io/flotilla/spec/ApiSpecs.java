package io.flotilla.spec;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.flotilla.spec.tls.ClientKey;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads connections that come over the HTTP API, with the readers and the messages of the configuration. What comes from there may
 * name what files define, and bring nothing of its own that is secret, lies in a file or is code. Safe from any thread.
 */
public final class ApiSpecs {

    /** What messages say in the place of a file. */
    private static final String BODY = "body";

    private static final Set<String> SECRET_HEADERS = Set.of("authorization", "proxy-authorization", "cookie");

    private final ConnectionSpec.Builder defaults;
    private final Map<String, ConnectionSpec.Builder> templates;
    private final Map<String, ClientKey> tlsKeys;
    private final Optional<SpecCheck> check;

    /** @param check empty: the fleet knows what can be named */
    ApiSpecs(
            ConnectionSpec.Builder defaults,
            Map<String, ConnectionSpec.Builder> templates,
            Map<String, ClientKey> tlsKeys,
            Optional<SpecCheck> check) {
        this.defaults = defaults;
        this.templates = new LinkedHashMap<>(templates);
        this.tlsKeys = new LinkedHashMap<>(tlsKeys);
        this.check = check;
    }

    /** For a fleet without a configuration: no templates, and its builder says what can be named. */
    public static ApiSpecs ofCode() {
        return new ApiSpecs(ConnectionSpec.Builder.blank(), Map.of(), Map.of(), Optional.empty());
    }

    /**
     * Reads one.
     *
     * @param json one object; that it is JSON was looked at
     * @throws InvalidConfig with everything that is wrong
     */
    public ConnectionSpec read(ConnectionId id, String json) {
        Problems problems = new Problems();
        Optional<ConnectionSpec> spec = read(id, json, problems);
        problems.check();
        return spec.orElseThrow();
    }

    private Optional<ConnectionSpec> read(ConnectionId id, String json, Problems problems) {
        Config body;
        try {
            body = ConfigFactory.parseString(
                    json,
                    ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON).setOriginDescription(BODY));
        } catch (ConfigException e) {
            problems.add(BODY, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
        try (Block row = Block.of(own(body, problems), "", problems)) {
            ConnectionSpec.Builder under = defaults;
            Optional<String> template = row.text("template");
            if (template.isPresent() && templates.containsKey(template.get())) {
                under = templates.get(template.get());
            } else if (template.isPresent()) {
                row.problem(
                        "template",
                        "one of " + templates.keySet() + Nearest.hint(template.get(), templates.keySet()),
                        true);
            }
            ConnectionSpec.Builder spec = under.copy(id);
            SpecReader.layer(row, spec);
            if (!spec.hasUri()) {
                if (template.isEmpty() || templates.containsKey(template.get())) {
                    problems.add(BODY, "Connection [" + id + "] has no uri, nor has its template");
                }
                return Optional.empty();
            }
            TlsReader.named(spec, tlsKeys).ifPresent(problem -> problems.add(BODY, problem));
            ConnectionSpec built = spec.build();
            users(row, built);
            check.ifPresent(names -> names.check(built, BODY, problems));
            return Optional.of(built);
        }
    }

    /** The body without what it may not bring, which is a problem and is not looked at: a class would be loaded by a look. */
    private static Config own(Config body, Problems problems) {
        Config left = body;
        try (Block row = Block.of(body, "", problems)) {
            row.ignore();
            if (row.isBlock("tls")) {
                Block tls = row.block("tls");
                if (tls.has("trust") && !tls.is("trust", "system")) {
                    tls.complain("trust", "a file is not read for the API; expected system, or a template that has it");
                    left = left.withoutPath("tls.trust");
                }
                if (tls.isBlock("key")) {
                    tls.complain("key", "expected none or a name from tls-keys");
                    left = left.withoutPath("tls.key");
                }
            }
            if (classOf(row, "classify")) {
                left = left.withoutPath("classify.class");
            }
            if (row.isBlock("liveness") && classOf(row.block("liveness"), "heartbeat")) {
                left = left.withoutPath("liveness.heartbeat"); // which makes no sense without its class
            }
            if (row.isBlock("headers")) {
                Block headers = row.block("headers");
                headers.named().stream()
                        .filter(name -> SECRET_HEADERS.contains(name.toLowerCase(Locale.ROOT)))
                        .filter(name -> !headers.text(name).orElse("").contains(WebSocketUri.CREDENTIAL))
                        .forEach(name -> headers.complain(name, needsName()));
            }
        }
        return left;
    }

    /** Whether the block names a class; that is a problem then. */
    private static boolean classOf(Block around, String key) {
        if (!around.isBlock(key)) {
            return false;
        }
        Block block = around.block(key);
        boolean named = block.has("class") && !block.is("class", "none");
        if (named) {
            block.complain("class", "a class is not loaded for the API; expected a template that has it");
        }
        return named;
    }

    private static void users(Block row, ConnectionSpec spec) {
        if (row.has("uri") && brings(spec.uri())) {
            row.complain("uri", needsName());
        }
        if (row.has("fail-over") && spec.failOver().stream().anyMatch(ApiSpecs::brings)) {
            row.complain("fail-over", needsName());
        }
        if (row.has("proxy")
                && spec.proxy()
                        .filter(proxy -> proxy.user().isPresent() && !proxy.asksForCredential())
                        .isPresent()) {
            row.complain("proxy", needsName());
        }
    }

    private static boolean brings(WebSocketUri uri) {
        return uri.userInfo(Optional.empty())
                .filter(user -> !user.reveal().contains(WebSocketUri.CREDENTIAL))
                .isPresent();
    }

    private static String needsName() {
        return "brings a credential of its own; expected {credential} in its place, and in credential the name of one";
    }
}
