package io.flotilla.transport.netty;

import io.flotilla.failure.FailureKind;
import io.flotilla.spec.Settings;
import io.flotilla.spec.tls.Authorities;
import io.flotilla.spec.tls.KeyMaterial;
import io.flotilla.spec.tls.TlsVersion;
import io.flotilla.spec.tls.Unusable;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the context of one setting, and makes it anew when its files have changed. Files that have become unusable are said once, and
 * the last good context stays. Confined to the one thread that reads files.
 */
final class TlsSource {

    private static final Logger LOG = LoggerFactory.getLogger(TlsSource.class);

    /** A session spares both sides a signature when a fleet comes back; after this long every peer shows its certificate again. */
    private static final int SESSION_SECONDS = 300;

    /** Sessions that are kept to be resumed, oldest out first: each has the certificates of its peer. */
    private static final int SESSIONS = 1024;

    private final Settings.Tls settings;
    private final SslProvider provider;
    private final Clock clock;
    private final List<Path> trust;
    private final List<Path> key;

    private List<TlsFiles.Seen> seen = List.of();
    private byte[] digest = {};
    private boolean certain;
    private @Nullable TlsContext good;
    private @Nullable String said;

    TlsSource(Settings.Tls settings, SslProvider provider, Clock clock) {
        this.settings = settings;
        this.provider = provider;
        this.clock = clock;
        this.trust = settings.trust().map(List::of).orElse(List.of());
        this.key = settings.key().map(own -> own.files()).orElse(List.of());
    }

    /** Whether there is anything that could change. */
    boolean hasFiles() {
        return !trust.isEmpty() || !key.isEmpty();
    }

    /** The context of what is in the files now, or of what was last good in them. */
    TlsContext current() throws TlsUnusable {
        TlsContext last = good;
        try {
            List<TlsFiles.Seen> authorities = look(trust, this::ofTrust);
            List<TlsFiles.Seen> own = look(key, this::ofKey);
            List<TlsFiles.Seen> now =
                    Stream.concat(authorities.stream(), own.stream()).toList();
            if (last != null && now.equals(seen) && certain) {
                return last;
            }
            List<byte[]> read = new ArrayList<>(read(trust, this::ofTrust));
            read.addAll(read(key, this::ofKey));
            byte[] found = digest(read);
            boolean same = Arrays.equals(found, digest);
            seen = now;
            digest = found;
            certain = !young(now);
            if (last == null || !same) {
                good = made(read, young(own));
                said = null;
            }
        } catch (TlsUnusable unusable) {
            if (last == null) {
                throw unusable;
            }
            sayOnce(unusable.detail());
        }
        return Objects.requireNonNull(good);
    }

    private boolean young(List<TlsFiles.Seen> files) {
        Instant now = clock.instant();
        return files.stream().anyMatch(file -> file.youngAt(now));
    }

    private void sayOnce(String detail) {
        if (!detail.equals(said)) {
            said = detail;
            LOG.warn("{}; what was last good stays in use", detail);
        }
    }

    private static byte[] digest(List<byte[]> read) {
        try {
            MessageDigest all = MessageDigest.getInstance("SHA-256");
            for (byte[] content : read) {
                all.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, content.length));
                all.update(content);
            }
            return all.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    private TlsContext made(List<byte[]> read, boolean keyIsYoung) throws TlsUnusable {
        Optional<List<X509Certificate>> authorities = authorities(read.subList(0, trust.size()));
        Optional<KeyMaterial> material = material(read.subList(trust.size(), read.size()), keyIsYoung);
        OwnKey own = new OwnKey(material);
        try {
            return new TlsContext(
                    SslContextBuilder.forClient()
                            .sslProvider(provider)
                            .protocols(settings.versions().stream()
                                    .map(TlsVersion::protocol)
                                    .toList())
                            .trustManager(new NamingTrustManager(TrustManagers.of(authorities), settings.pins(), clock))
                            .keyManager(own.factory(provider != SslProvider.JDK))
                            .sessionCacheSize(SESSIONS)
                            .sessionTimeout(SESSION_SECONDS)
                            .build(),
                    settings.verifyHost(),
                    own,
                    material);
        } catch (IOException | GeneralSecurityException | RuntimeException refused) {
            throw new TlsUnusable(
                    FailureKind.INVALID_SPEC,
                    "tls cannot be set up: " + refused.getClass().getSimpleName(),
                    refused);
        }
    }

    private Optional<List<X509Certificate>> authorities(List<byte[]> read) throws TlsUnusable {
        if (read.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Authorities.read(read.get(0), settings.trustPassword()));
        } catch (Unusable unusable) {
            throw new TlsUnusable(
                    FailureKind.INVALID_SPEC, "tls.trust cannot be used: " + trust + " " + unusable.why(), unusable);
        }
    }

    private Optional<KeyMaterial> material(List<byte[]> read, boolean young) throws TlsUnusable {
        if (settings.key().isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(settings.key().get().read(read));
        } catch (Unusable unusable) {
            // what was written a moment ago may be written still, and is worth another look
            throw new TlsUnusable(
                    young ? FailureKind.CREDENTIAL_UNAVAILABLE : FailureKind.INVALID_SPEC,
                    "tls.key cannot be used: " + key + " " + unusable.why(),
                    unusable);
        }
    }

    // Files that cannot be read.

    private interface Row {
        TlsUnusable of(IOException unreadable);
    }

    private TlsUnusable ofTrust(IOException unreadable) {
        return new TlsUnusable(
                FailureKind.INVALID_SPEC, "tls.trust cannot be used: " + unreadable.getMessage(), unreadable);
    }

    private TlsUnusable ofKey(IOException unreadable) {
        return new TlsUnusable(
                FailureKind.CREDENTIAL_UNAVAILABLE, "tls.key cannot be used: " + unreadable.getMessage(), unreadable);
    }

    private static List<TlsFiles.Seen> look(List<Path> files, Row row) throws TlsUnusable {
        try {
            return TlsFiles.look(files);
        } catch (IOException unreadable) {
            throw row.of(unreadable);
        }
    }

    private static List<byte[]> read(List<Path> files, Row row) throws TlsUnusable {
        try {
            return TlsFiles.read(files);
        } catch (IOException unreadable) {
            throw row.of(unreadable);
        }
    }
}
