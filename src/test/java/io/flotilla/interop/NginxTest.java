package io.flotilla.interop;

import java.nio.file.Path;
import java.util.List;

/** nginx in front of the servers. */
class NginxTest extends FrontContract {

    @Override
    List<String> command(Path configuration) {
        return List.of("nginx", "-p", folder.toString(), "-e", "stderr", "-c", configuration.toString());
    }

    @Override
    String configuration(Place at, boolean reloaded) {
        return """
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log stderr warn;
                events { worker_connections 256; }
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    server {
                        listen 127.0.0.1:%2$d;
                        listen 127.0.0.1:%3$d ssl;
                        ssl_certificate %5$s;
                        ssl_certificate_key %5$s;
                        location / {
                            proxy_pass http://127.0.0.1:%4$d;
                            proxy_http_version 1.1;
                            proxy_set_header Upgrade $http_upgrade;
                            proxy_set_header Connection "upgrade";
                            proxy_read_timeout %6$ds;
                        }
                        location /page { return 200 "a page"; }
                        %7$s
                    }
                }
                """.formatted(
                        at.folder(),
                        at.plain(),
                        at.secure(),
                        at.backend(),
                        at.pem(),
                        SILENCE.toSeconds(),
                        reloaded ? "location /reloaded { return 403; }" : "");
    }

    @Override
    String reloadSignal() {
        return "HUP";
    }

    @Override
    int backendDown() {
        return 502;
    }
}
