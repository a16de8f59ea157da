package io.flotilla.transport.netty;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Makes the JDK's trust managers. That of the system has some hundred certificates and is made once. */
final class TrustManagers {

    private static @Nullable X509ExtendedTrustManager system;

    private TrustManagers() {}

    /** @param authorities whom to trust; empty: those of the system */
    static X509ExtendedTrustManager of(Optional<List<X509Certificate>> authorities)
            throws GeneralSecurityException, IOException {
        return authorities.isEmpty() ? system() : trusting(store(authorities.get()));
    }

    private static synchronized X509ExtendedTrustManager system() throws GeneralSecurityException {
        if (system == null) {
            system = trusting(null);
        }
        return system;
    }

    private static X509ExtendedTrustManager trusting(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new GeneralSecurityException("the JDK has no X.509 trust manager");
    }

    private static KeyStore store(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int n = 0;
        for (X509Certificate authority : authorities) {
            store.setCertificateEntry("authority-" + n++, authority);
        }
        return store;
    }
}
