package io.flotilla.store;

import io.flotilla.spec.Configuration;
import io.flotilla.spec.Configuration.Sourced;
import io.flotilla.spec.Settings;
import io.flotilla.spec.tls.Authorities;
import io.flotilla.spec.tls.ClientKey;
import io.flotilla.spec.tls.KeyMaterial;
import io.flotilla.spec.tls.Unusable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what {@code tls} names before anything starts: a file that cannot be used would be found at the first dial. */
final class TlsCheck {

    private static final long MOST_BYTES = 8L * 1024 * 1024;

    private final Configuration configuration;
    private final Instant now;

    private TlsCheck(Configuration configuration, Clock clock) {
        this.configuration = configuration;
        this.now = clock.instant();
    }

    static void check(Configuration configuration) {
        new TlsCheck(configuration, Clock.systemUTC()).check();
    }

    /** A trust and a key are looked at once, and laid to the first connection that has them. */
    private void check() {
        Set<Object> looked = new HashSet<>();
        for (Sourced connection : configuration.connections()) {
            Settings.Tls tls = connection.spec().tls();
            if (tls.trust().isPresent() && looked.add(List.of(tls.trust(), tls.trustPassword()))) {
                trust(tls.trust().get(), tls, "tls.trust of " + user(connection));
            }
            if (tls.key().isPresent() && looked.add(tls.key())) {
                key(tls.key().get(), "tls.key of " + user(connection));
            }
        }
    }

    private static String user(Sourced connection) {
        return "connection [" + connection.spec().id() + "] at "
                + connection.source().where();
    }

    private void trust(Path file, Settings.Tls tls, String user) {
        content(file, user).ifPresent(content -> {
            try {
                Authorities.read(content, tls.trustPassword());
            } catch (Unusable unusable) {
                problem(List.of(file), unusable.why(), user);
            }
        });
    }

    private void key(ClientKey key, String user) {
        List<byte[]> contents = new ArrayList<>();
        key.files().forEach(file -> content(file, user).ifPresent(contents::add));
        if (contents.size() < key.files().size() || contents.isEmpty()) {
            return; // said already
        }
        try {
            dates(key, key.read(contents), user);
        } catch (Unusable unusable) {
            problem(key.files(), unusable.why(), user);
        }
    }

    /** It may be renewed while the fleet runs, so it is no problem; the peers will say what they think of it. */
    private void dates(ClientKey key, KeyMaterial material, String user) {
        X509Certificate own = material.certificate();
        Instant from = own.getNotBefore().toInstant();
        Instant until = own.getNotAfter().toInstant();
        if (now.isAfter(until) || now.isBefore(from)) {
            configuration.warn(key.files().get(0) + ": the certificate "
                    + (now.isAfter(until) ? "expired at " + until : "is not valid before " + from) + " (" + user + ")");
        }
    }

    private Optional<byte[]> content(Path file, String user) {
        try {
            if (!Files.isRegularFile(file)) {
                problem(List.of(file), Files.exists(file) ? "is no file" : "there is no such file", user);
            } else if (Files.size(file) > MOST_BYTES) {
                problem(List.of(file), "has more than " + MOST_BYTES + " bytes", user);
            } else {
                return Optional.of(Files.readAllBytes(file));
            }
        } catch (IOException unreadable) {
            problem(List.of(file), "cannot be read", user);
        }
        return Optional.empty();
    }

    private void problem(List<Path> files, String problem, String user) {
        configuration
                .problems()
                .add(String.join(", ", files.stream().map(Path::toString).toList()), problem + " (" + user + ")");
    }
}
