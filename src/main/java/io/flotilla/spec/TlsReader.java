package io.flotilla.spec;

import io.flotilla.spec.tls.ClientKey;
import io.flotilla.spec.tls.Pin;
import io.flotilla.spec.tls.TlsVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code tls} of a connection, and the keys that are named once for all in {@code tls-keys}. */
final class TlsReader {

    private static final String ONE_KEY = "expected cert and key (files in PEM), or pkcs12 (a file)";
    private static final int MOST_PINS = 64;
    private static final Path NOWHERE = Path.of("");

    private TlsReader() {}

    static Settings.Tls read(Block block, Settings.Tls under) {
        try (Block tls = block.block("tls")) {
            Settings.Tls trusting = trust(tls, under);
            return new Settings.Tls(
                    trusting.trust(),
                    trusting.trustPassword(),
                    tls.has("key") ? key(tls) : under.key(),
                    tls.flag("verify-host", under.verifyHost()),
                    pins(tls, under.pins()),
                    versions(tls, under.versions()));
        }
    }

    private static Settings.Tls trust(Block tls, Settings.Tls under) {
        if (!tls.has("trust")) {
            return under;
        }
        if (tls.is("trust", "system")) {
            return Settings.Tls.DEFAULT;
        }
        if (!tls.isBlock("trust")) {
            return Settings.Tls.DEFAULT.withTrust(tls.file("trust", NOWHERE));
        }
        try (Block store = tls.block("trust")) {
            if (!store.has("file")) {
                store.complain("expected the file of a key store");
            }
            Path file = store.file("file", NOWHERE);
            return store.secret("password")
                    .map(password -> Settings.Tls.DEFAULT.withTrust(file, password))
                    .orElse(Settings.Tls.DEFAULT.withTrust(file));
        }
    }

    private static Optional<ClientKey> key(Block tls) {
        if (tls.is("key", "none")) {
            return Optional.empty();
        }
        if (!tls.isBlock("key")) {
            return tls.text("key").map(ClientKey.Named::new);
        }
        try (Block key = tls.block("key")) {
            return Optional.of(pair(key));
        }
    }

    private static ClientKey pair(Block key) {
        Optional<Secret> password = key.secret("password");
        boolean store = key.has("pkcs12");
        boolean pem = key.has("cert");
        boolean keyAlone = key.has("key") && !pem;
        if (store == pem || keyAlone) {
            key.complain(ONE_KEY);
        }
        if (store) {
            return new ClientKey.Pkcs12(key.file("pkcs12", NOWHERE), password);
        }
        Path certificate = key.file("cert", NOWHERE);
        return new ClientKey.Pem(certificate, key.file("key", certificate), password);
    }

    /** Puts the key in the place of its name; says what is wrong when it is not there. */
    static Optional<String> named(ConnectionSpec.Builder spec, Map<String, ClientKey> keys) {
        Settings.Tls tls = spec.soFar().tls();
        if (!(tls.key().orElse(null) instanceof ClientKey.Named named)) {
            return Optional.empty();
        }
        ClientKey key = keys.get(named.name());
        if (key == null) {
            return Optional.of("Connection [" + spec.id()
                    + "] names a tls.key that is not there; expected none or one of " + keys.keySet()
                    + Nearest.hint(named.name(), keys.keySet()));
        }
        spec.tls(tls.withKey(key));
        return Optional.empty();
    }

    /** The keys that connections may name. */
    static Map<String, ClientKey> keys(Block root) {
        Map<String, ClientKey> keys = new LinkedHashMap<>();
        try (Block block = root.block("tls-keys")) {
            for (String name : block.named()) {
                if (name.equals("none")) {
                    block.complain(name, "the name is taken: it means no key");
                }
                try (Block key = block.block(name)) {
                    keys.put(name, pair(key));
                }
            }
        }
        return keys;
    }

    private static List<Pin> pins(Block tls, List<Pin> under) {
        if (!tls.has("pins")) {
            return under;
        }
        List<Pin> pins = new ArrayList<>();
        List<String> texts = tls.texts("pins", List.of());
        for (String text : texts) {
            try {
                pins.add(Pin.of(text));
            } catch (IllegalArgumentException wrong) {
                tls.complain(
                        "pins", "expected sha256/ and the SHA-256 of a public key in base64: " + wrong.getMessage());
            }
        }
        if (texts.size() > MOST_PINS) {
            tls.complain("pins", "there are " + texts.size() + " pins; expected at most " + MOST_PINS);
        }
        return pins;
    }

    private static Set<TlsVersion> versions(Block tls, Set<TlsVersion> under) {
        if (!tls.has("versions")) {
            return under;
        }
        Set<TlsVersion> versions = EnumSet.noneOf(TlsVersion.class);
        List<String> numbers = tls.texts("versions", List.of());
        numbers.forEach(number -> TlsVersion.of(number).ifPresent(versions::add));
        if (versions.isEmpty() || versions.size() < numbers.size()) {
            tls.problem("versions", "a list of 1.2 and 1.3, at least one of them", false);
            return under;
        }
        return versions;
    }
}
