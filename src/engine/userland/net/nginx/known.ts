import { ConfigError, type Directive } from './directives.ts';

export type Context = 'main' | 'events' | 'http' | 'server' | 'location' | 'upstream';

/** The directives that are simulated: where they may stand, and how many arguments they take (nginx.org's directive index). */
const SIMULATED: Record<string, readonly [contexts: string, least: number, most: number]> = {
  user: ['main', 1, 2],
  worker_processes: ['main', 1, 1],
  pid: ['main', 1, 1],
  daemon: ['main', 1, 1],
  error_log: ['main', 1, 2],
  events: ['main', 0, 0],
  http: ['main', 0, 0],
  server: ['http', 0, 0],
  upstream: ['http', 1, 1],
  log_format: ['http', 2, 99],
  types: ['http', 0, 0],
  listen: ['server', 1, 99],
  server_name: ['server', 1, 99],
  location: ['server', 1, 2],
  rewrite: ['server location', 2, 3],
  return: ['server location', 1, 2],
  try_files: ['server location', 2, 99],
  alias: ['location', 1, 1],
  proxy_pass: ['location', 1, 1],
  internal: ['location', 0, 0],
  root: ['http server location', 1, 1],
  index: ['http server location', 1, 99],
  default_type: ['http server location', 1, 1],
  access_log: ['http server location', 1, 2],
  error_page: ['http server location', 2, 99],
  add_header: ['http server location', 2, 3],
  proxy_set_header: ['http server location', 2, 2],
  proxy_connect_timeout: ['http server location', 1, 1],
  client_max_body_size: ['http server location', 1, 1],
  server_tokens: ['http server location', 1, 1],
};

/**
 * Read and left without effect, for there is none that anybody in the simulated world could see: how bytes are moved and
 * how much is kept in memory. No simulated client asks for compression, so gzip never comes to be used.
 */
const WITHOUT_EFFECT = new Set(
  (
    'worker_connections multi_accept use worker_rlimit_nofile pcre_jit sendfile tcp_nopush tcp_nodelay aio directio ' +
    'keepalive_timeout keepalive_requests keepalive types_hash_max_size types_hash_bucket_size ' +
    'server_names_hash_bucket_size server_names_hash_max_size client_body_buffer_size client_header_buffer_size ' +
    'large_client_header_buffers output_buffers open_file_cache open_file_cache_valid proxy_buffering proxy_buffers ' +
    'proxy_buffer_size proxy_busy_buffers_size proxy_http_version gzip gzip_types gzip_min_length gzip_comp_level ' +
    'gzip_vary gzip_proxied gzip_disable gzip_buffers gzip_http_version rewrite_log log_not_found'
  ).split(' '),
);

/** Directives of nginx that are not simulated: refused, so that nobody believes them at work. */
const NOT_SIMULATED = new Set(
  (
    'if set map geo split_clients auth_basic auth_basic_user_file auth_request allow deny satisfy limit_req ' +
    'limit_req_zone limit_conn limit_conn_zone limit_rate limit_except proxy_cache proxy_cache_path proxy_cache_valid ' +
    'proxy_redirect proxy_read_timeout proxy_send_timeout proxy_intercept_errors proxy_next_upstream proxy_hide_header ' +
    'proxy_pass_header proxy_pass_request_headers proxy_method proxy_ssl_verify proxy_cookie_path ssl_certificate ' +
    'ssl_certificate_key ssl_protocols ssl_ciphers ssl_session_cache ssl_session_timeout ssl_prefer_server_ciphers ' +
    'fastcgi_pass fastcgi_param fastcgi_index uwsgi_pass scgi_pass grpc_pass memcached_pass stub_status sub_filter ' +
    'autoindex autoindex_exact_size expires charset etag if_modified_since mirror resolver resolver_timeout stream mail ' +
    'load_module env lock_file master_process worker_shutdown_timeout client_body_timeout client_header_timeout ' +
    'send_timeout reset_timedout_connection error_log least_conn ip_hash hash random zone set_real_ip_from ' +
    'real_ip_header add_trailer http2 absolute_redirect port_in_redirect server_name_in_redirect merge_slashes ' +
    'recursive_error_pages disable_symlinks dav_methods image_filter perl js_import break'
  ).split(' '),
);

/** Whether a directive is to be applied in a context; throws nginx' complaint if it cannot be. */
export function applies(directive: Directive, context: Context): boolean {
  const [name = '', ...values] = directive.words;
  if (WITHOUT_EFFECT.has(name)) return false;
  const known = SIMULATED[name];
  const here = known?.[0].split(' ').includes(context) || (context === 'upstream' && name === 'server');
  if (!here && NOT_SIMULATED.has(name))
    throw new ConfigError(`"${name}" directive is not simulated`, directive);
  if (known === undefined) throw new ConfigError(`unknown directive "${name}"`, directive);
  if (!here) throw new ConfigError(`"${name}" directive is not allowed here`, directive);
  const [, least, most] = context === 'upstream' ? (['upstream', 1, 1] as const) : known;
  if (values.length < least || values.length > most)
    throw new ConfigError(
      context === 'upstream' && values.length > 1
        ? `parameter "${values[1]}" of a server in "upstream" is not simulated`
        : `invalid number of arguments in "${name}" directive`,
      directive,
    );
  return true;
}
