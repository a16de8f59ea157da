package io.flotilla.store;

import io.flotilla.spec.Configuration;
import io.flotilla.spec.Configuration.Sourced;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads what {@code tls.trust} names before anything starts: a file that cannot be used would be found at the first dial. */
final class TrustFiles {

    private TrustFiles() {}

    static void check(Configuration configuration) {
        Map<Path, String> users = new HashMap<>();
        for (Sourced connection : configuration.connections()) {
            connection.spec().tls().trust().ifPresent(file -> users.putIfAbsent(file, user(connection)));
        }
        users.forEach((file, user) -> problem(file)
                .ifPresent(problem ->
                        configuration.problems().add(file.toString(), problem + " (tls.trust of " + user + ")")));
    }

    private static String user(Sourced connection) {
        return "connection [" + connection.spec().id() + "] at "
                + connection.source().where();
    }

    private static Optional<String> problem(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.of(Files.exists(file) ? "is no file" : "there is no such file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509")
                            .generateCertificates(in)
                            .isEmpty()
                    ? Optional.of("has no certificate in PEM")
                    : Optional.empty();
        } catch (IOException | CertificateException e) {
            return Optional.of("cannot be read as certificates in PEM");
        }
    }
}
