"""The review of pickle globals that loading must not be allowed to call.

Source: written by hand, module by module, from knowledge of the public interfaces of CPython 3.8
to 3.13 and of the named third party packages; techniques published in security advisories served
as a check list. The source was opened for some entries only (scipy.stats, statsmodels.base.data,
numpy.core, numpy.random); the other third party names were not checked against an installed
package. Date: 2026-11-23. Method: for every callable the question was what it does when it is
called with arguments that an attacker chose. What only builds a value is not listed.

``REVIEW`` is a table in text: ``module | effect | names``. The name ``*`` means every name of the
module and of its submodules; a line that names a thing exactly takes precedence over ``*``. A
dotted name is a method, reached through its class. ``HARMLESS`` lists the rest of the standard
library, so that a module added by a new Python is noticed as not yet reviewed.
"""

from __future__ import annotations

EFFECTS = {
    "code": "runs code",
    "process": "runs a process",
    "import": "imports modules",
    "read": "reads files",
    "write": "writes or deletes files",
    "net": "uses the network",
    "pickle": "loads another pickle",
    "native": "loads native code",
    "state": "changes interpreter state",
    "reach": "reaches any attribute",
    "scanner": "disables a scanner",
    "make": "builds code objects",
    "exhaust": "may hang or exhaust memory",
    "signal": "exits or signals processes",
}

DUNDER_COMPONENTS = """
__annotations__ __base__ __bases__ __build_class__ __builtins__ __call__ __class__ __closure__
__code__ __defaults__ __delattr__ __delitem__ __dict__ __func__ __get__ __getattr__
__getattribute__ __getitem__ __globals__ __import__ __init__ __init_subclass__ __kwdefaults__
__loader__ __module__ __mro__ __objclass__ __prepare__ __reduce__ __reduce_ex__ __self__ __set__
__setattr__ __setitem__ __setstate__ __spec__ __subclasses__ __subclasshook__ __weakref__
__wrapped__ ag_code ag_frame co_code cr_code cr_frame f_back f_builtins f_code f_globals f_locals
func_closure func_code func_globals gi_code gi_frame im_class im_func im_self mro tb_frame tb_next
"""

# Builtins, under the names of Python 3 and of Python 2. ``type`` is left out: with one argument it
# is harmless and real pickles store it as a value; with three it makes a class: unreviewed.
_BUILTINS = """
builtins | code | eval exec execfile breakpoint
builtins | make | compile __build_class__
builtins | import | __import__ reload __loader__ __spec__ help
builtins | reach | getattr hasattr globals locals vars super map filter apply str.format
builtins | reach | str.format_map property
builtins | state | setattr delattr
builtins | write | open file
builtins | read | license credits copyright
builtins | exhaust | input raw_input
builtins | signal | exit quit
__builtins__ | code | eval exec execfile breakpoint
__builtins__ | make | compile __build_class__
__builtins__ | import | __import__ reload __loader__ __spec__ help
__builtins__ | reach | getattr hasattr globals locals vars super map filter apply
__builtins__ | state | setattr delattr
__builtins__ | write | open file
__builtin__ | code | eval exec execfile breakpoint input
__builtin__ | make | compile
__builtin__ | import | __import__ reload __loader__ __spec__ help
__builtin__ | reach | getattr hasattr globals locals vars super map filter apply reduce
__builtin__ | reach | str.format unicode.format
__builtin__ | state | setattr delattr
__builtin__ | write | open file
__builtin__ | exhaust | raw_input
__builtin__ | signal | exit quit
"""

# Callables that reach, bind or call something that the pickle did not name as a global.
_INDIRECTION = """
operator | reach | attrgetter methodcaller itemgetter call getitem __call__ __getitem__
operator | state | setitem delitem __setitem__ __delitem__ ior __ior__
_operator | reach | attrgetter methodcaller itemgetter call getitem __call__ __getitem__
_operator | state | setitem delitem __setitem__ __delitem__ ior __ior__
functools | reach | partial partialmethod reduce cached_property singledispatch
functools | reach | singledispatchmethod cmp_to_key lru_cache cache _lru_cache_wrapper
functools | state | update_wrapper wraps total_ordering
_functools | reach | partial reduce cmp_to_key _lru_cache_wrapper
itertools | reach | accumulate dropwhile filterfalse groupby starmap takewhile
itertools | reach | imap ifilter ifilterfalse
copy | reach | _reconstruct
copyreg | state | add_extension remove_extension clear_extension_cache pickle
copy_reg | state | add_extension remove_extension clear_extension_cache pickle
weakref | reach | finalize
contextlib | reach | ExitStack AsyncExitStack
contextlib | state | redirect_stdout redirect_stderr redirect_stdin chdir
contextvars | reach | Context.run
_contextvars | reach | Context.run
string | reach | Formatter
_string | reach | formatter_field_name_split
types | make | CodeType FunctionType LambdaType new_class coroutine
types | reach | MethodType DynamicClassAttribute
new | make | function code classobj
new | reach | instancemethod instance
inspect | reach | getattr_static getmembers getmembers_static unwrap getclosurevars
inspect | reach | getgeneratorlocals getcoroutinelocals
inspect | import | getmodule
inspect | code | get_annotations signature Signature.from_callable
inspect | read | getsource getsourcelines getsourcefile findsource getcomments
inspect | state | currentframe stack trace getouterframes getinnerframes
annotationlib | code | get_annotations call_annotate_function call_evaluate_function
annotationlib | code | ForwardRef.evaluate
typing | code | get_type_hints _eval_type ForwardRef._evaluate evaluate_forward_ref
dataclasses | code | _create_fn make_dataclass _FuncBuilder
rlcompleter | code | Completer
reprlib | reach | Repr.repr1
gc | reach | get_objects get_referrers get_referents
gc | state | disable enable freeze set_threshold set_debug
"""

_PICKLE_AND_CODE = """
pickle | pickle | *
_pickle | pickle | *
cPickle | pickle | *
marshal | make | load loads
marshal | write | dump
shelve | pickle | *
dbm | write | *
_dbm | write | *
_gdbm | write | *
anydbm | write | *
dumbdbm | write | *
whichdb | read | *
code | code | *
_symtable | make | *
_compat_pickle | state | *
_tracemalloc | state | start stop clear_traces
_scproxy | read | *
codeop | make | *
symtable | make | *
py_compile | write | *
compileall | write | *
timeit | code | *
profile | code | *
cProfile | code | *
_lsprof | code | *
pstats | pickle | *
trace | code | *
bdb | code | *
pdb | code | *
doctest | code | *
runpy | code | *
this | code | *
pydoc | import | *
pydoc | process | pipepager pipe_pager tempfilepager tempfile_pager getpager pager ttypager
pydoc | read | importfile
pydoc | net | browse _start_server
_pyrepl | code | *
_pyrepl.pager | process | pipe_pager tempfile_pager get_pager
unittest | code | *
unittest.mock | import | _importer _dot_lookup _get_target patch pkgutil
test | code | *
idlelib | code | *
lib2to3 | code | *
lib2to3.pgen2.grammar | pickle | Grammar
lib2to3.pgen2.driver | pickle | load_grammar load_packaged_grammar
lib2to3.refactor | write | *
turtledemo | code | *
turtle | read | config_dict readconfig
turtle | code | Screen Turtle mainloop write_docstringdict
tkinter | code | *
Tkinter | code | *
_tkinter | code | *
tracemalloc | state | start stop clear_traces
tracemalloc | pickle | Snapshot.load
tracemalloc | write | Snapshot.dump
traceback | read | print_exc print_stack print_tb extract_stack format_stack StackSummary.extract
linecache | read | *
modulefinder | code | *
pyclbr | read | *
tabnanny | read | *
"""

_IMPORTS = """
imp | import | *
importlib | import | *
_imp | import | *
_frozen_importlib | import | *
_frozen_importlib_external | import | *
pkgutil | import | *
zipimport | import | *
pkg_resources | import | *
encodings | import | search_function normalize_encoding
codecs | import | lookup
codecs | state | register register_error unregister
_codecs | state | register register_error unregister
_codecs | import | lookup
codecs | write | open StreamReaderWriter EncodedFile StreamWriter StreamRecoder
antigravity | process | *
site | code | *
sitecustomize | code | *
usercustomize | code | *
sysconfig | read | get_config_h_filename parse_config_h _init_posix get_config_vars
sysconfig | read | get_config_var
sysconfig | write | _generate_posix_vars
_sysconfig | read | *
_sysconfigdata | code | *
_sitebuiltins | signal | Quitter
_sitebuiltins | import | _Helper
_sitebuiltins | read | _Printer
ensurepip | process | *
venv | process | *
distutils | process | *
setuptools | process | *
_distutils_hack | import | *
pip | process | *
easy_install | process | *
wheel | write | *
zipapp | write | *
"""

_SYSTEM = """
os | state | *
os | process | system popen popen2 popen3 popen4 spawnl spawnle spawnlp spawnlpe spawnv
os | process | spawnve spawnvp spawnvpe posix_spawn posix_spawnp execl execle execlp execlpe
os | process | execv execve execvp execvpe fork forkpty startfile _execvpe _spawnvef popen5
os | signal | abort _exit kill killpg
os | write | open fdopen remove unlink rmdir removedirs rename renames replace mkdir makedirs
os | write | link symlink truncate write chmod chown lchown mknod mkfifo utime sendfile
os | write | copy_file_range setxattr removexattr chflags lchmod lchflags
os | read | read listdir scandir walk fwalk stat lstat readlink pread preadv readv access
os | read | getxattr listxattr
os.path | read | *
posix | state | *
posix | process | system popen fork forkpty posix_spawn posix_spawnp execv execve
posix | signal | abort _exit kill killpg
posix | write | open remove unlink rmdir rename replace mkdir link symlink truncate write chmod
posix | write | chown mknod mkfifo utime
posix | read | read listdir scandir stat lstat readlink
nt | state | *
nt | process | system popen startfile spawnv spawnve execv execve
nt | signal | abort _exit kill
nt | write | open remove unlink rmdir rename replace mkdir link symlink truncate write chmod
nt | read | read listdir scandir stat lstat readlink
os2 | process | *
ce | process | *
riscos | process | *
posixpath | read | exists lexists isfile isdir islink ismount getsize getmtime getatime getctime
posixpath | read | realpath samefile sameopenfile expandvars expanduser walk isjunction
ntpath | read | exists lexists isfile isdir islink ismount getsize getmtime getatime getctime
ntpath | read | realpath samefile sameopenfile expandvars expanduser walk isjunction
macpath | read | *
os2emxpath | read | *
genericpath | read | exists isfile isdir islink getsize getmtime getatime getctime samefile
genericpath | read | sameopenfile
subprocess | process | *
_posixsubprocess | process | *
_bootsubprocess | process | *
commands | process | *
popen2 | process | *
pty | process | *
pipes | process | *
platform | process | popen system _syscmd_file _syscmd_ver _syscmd_uname architecture
platform | process | processor uname platform libc_ver mac_ver win32_ver java_ver
platform | read | freedesktop_os_release linux_distribution dist _parse_release_file
webbrowser | process | *
uuid | process | getnode uuid1 _popen _get_command_stdout _find_mac _ifconfig_getnode
uuid | process | _arp_getnode _lanscan_getnode _netstat_getnode _ip_getnode _ipconfig_getnode
uuid | process | _netbios_getnode _unix_getnode _windll_getnode uuid6
uuid | native | _load_system_functions
_aix_support | process | *
_osx_support | process | *
_ios_support | native | *
_android_support | state | *
_apple_support | state | *
_bootlocale | state | *
multiprocessing | process | *
_multiprocessing | state | *
_posixshmem | write | *
concurrent | process | *
concurrent.interpreters | code | *
asyncio | process | *
_asyncio | code | *
asyncore | net | *
asynchat | net | *
threading | code | Thread Timer _start_new_thread _DummyThread Thread.run Thread.start
threading | state | settrace setprofile settrace_all_threads setprofile_all_threads
threading | state | stack_size excepthook _register_atexit
dummy_threading | code | Thread Timer
_dummy_thread | code | *
_thread | code | start_new_thread start_new start_joinable_thread
_thread | state | stack_size _excepthook daemon_threads_allowed _local
_thread | signal | interrupt_main exit exit_thread
thread | code | start_new_thread start_new
thread | signal | interrupt_main exit exit_thread
sched | code | *
atexit | code | *
signal | signal | *
_signal | signal | *
faulthandler | signal | *
sys | state | *
sys | signal | exit
sys | code | settrace setprofile displayhook excepthook breakpointhook addaudithook
sys | code | call_tracing remote_exec
sys | reach | _getframe _getframemodulename _current_frames modules
_xxsubinterpreters | code | *
_interpreters | code | *
_interpchannels | state | *
_interpqueues | state | *
_testcapi | code | *
_testinternalcapi | code | *
_testlimitedcapi | code | *
_testbuffer | state | *
_testmultiphase | state | *
_testimportmultiple | state | *
_testclinic | state | *
_xxtestfuzz | code | *
_ctypes_test | native | *
_remote_debugging | process | *
ctypes | native | *
_ctypes | native | *
mmap | write | *
_winapi | process | *
winreg | state | *
_winreg | state | *
msvcrt | state | *
_overlapped | state | *
_wmi | process | *
msilib | write | *
_msi | write | *
winsound | read | *
resource | state | setrlimit prlimit
fcntl | state | *
termios | state | *
tty | state | *
readline | write | *
curses | state | *
_curses | state | *
_curses_panel | state | *
syslog | write | *
ossaudiodev | write | *
nis | net | *
pwd | read | *
spwd | read | *
grp | read | *
getpass | read | *
time | exhaust | sleep
time | state | clock_settime clock_settime_ns tzset
locale | state | setlocale bindtextdomain textdomain resetlocale
_locale | state | setlocale bindtextdomain textdomain
warnings | state | simplefilter filterwarnings resetwarnings showwarning
warnings | read | formatwarning
warnings | import | _getcategory _setoption
decimal | state | setcontext
_decimal | state | setcontext
_pydecimal | state | setcontext
random | state | seed setstate
"""

_FILES = """
io | write | open FileIO OpenWrapper open_code
_io | write | open FileIO open_code
_pyio | write | open FileIO OpenWrapper open_code
pathlib | write | Path.open Path.write_text Path.write_bytes Path.unlink Path.rmdir Path.mkdir
pathlib | write | Path.touch Path.rename Path.replace Path.chmod Path.lchmod Path.symlink_to
pathlib | write | Path.hardlink_to Path.link_to Path.copy Path.copy_into Path.move Path.move_into
pathlib | write | PosixPath.open PosixPath.write_text PosixPath.write_bytes PosixPath.unlink
pathlib | write | PosixPath.rmdir PosixPath.mkdir PosixPath.touch PosixPath.rename
pathlib | write | PosixPath.replace PosixPath.chmod PosixPath.lchmod PosixPath.symlink_to
pathlib | write | PosixPath.hardlink_to PosixPath.link_to PosixPath.copy PosixPath.move
pathlib | write | WindowsPath.open WindowsPath.write_text WindowsPath.write_bytes
pathlib | write | WindowsPath.unlink WindowsPath.rmdir WindowsPath.mkdir WindowsPath.touch
pathlib | write | WindowsPath.rename WindowsPath.replace WindowsPath.symlink_to
pathlib | read | Path.read_text Path.read_bytes Path.iterdir Path.glob Path.rglob Path.walk
pathlib | read | Path.home Path.expanduser Path.resolve Path.exists Path.is_file Path.is_dir
pathlib | read | Path.owner Path.group Path.stat Path.samefile
pathlib | read | PosixPath.read_text PosixPath.read_bytes PosixPath.iterdir PosixPath.glob
pathlib | read | PosixPath.rglob PosixPath.walk PosixPath.exists PosixPath.resolve
pathlib | read | WindowsPath.read_text WindowsPath.read_bytes WindowsPath.iterdir
pathlib._local | write | Path.open Path.write_text Path.write_bytes Path.unlink Path.rmdir
pathlib._local | write | Path.mkdir Path.touch Path.rename Path.replace Path.chmod
pathlib._local | write | PosixPath.open PosixPath.write_text PosixPath.write_bytes
pathlib._local | write | PosixPath.unlink PosixPath.rmdir PosixPath.mkdir PosixPath.touch
pathlib._local | write | PosixPath.rename PosixPath.replace
pathlib._local | read | Path.read_text Path.read_bytes PosixPath.read_text PosixPath.read_bytes
shutil | write | *
tempfile | write | *
fileinput | write | *
filecmp | read | *
glob | read | *
dircache | read | *
statvfs | read | *
gzip | write | *
bz2 | write | open BZ2File
_bz2 | exhaust | BZ2Decompressor
lzma | write | open LZMAFile
compression | write | *
_compression | write | *
_zstd | exhaust | ZstdDecompressor
zlib | exhaust | decompress decompressobj
bz2 | exhaust | decompress
lzma | exhaust | decompress
zipfile | write | *
tarfile | write | *
mailbox | write | *
mailcap | process | *
mimetypes | read | init read_mime_types MimeTypes guess_type guess_extension
netrc | read | *
configparser | read | ConfigParser.read RawConfigParser.read SafeConfigParser.read
ConfigParser | read | ConfigParser.read RawConfigParser.read SafeConfigParser.read
plistlib | read | readPlist
plistlib | write | writePlist
json.tool | write | main
tokenize | read | open main
gettext | read | translation find install GNUTranslations bindtextdomain dgettext
argparse | write | FileType
logging | write | FileHandler basicConfig
logging | state | disable setLoggerClass setLogRecordFactory captureWarnings addLevelName
logging | state | shutdown Logger.addHandler
logging.config | import | *
logging.handlers | net | *
logging.handlers | write | BaseRotatingHandler RotatingFileHandler TimedRotatingFileHandler
logging.handlers | write | WatchedFileHandler
sqlite3 | native | *
_sqlite3 | native | *
cgi | read | *
cgitb | read | *
aifc | write | *
chunk | read | *
sunau | write | *
wave | write | *
sndhdr | read | *
imghdr | read | *
uu | write | *
binhex | write | *
base64 | write | main
quopri | write | main
zoneinfo | read | ZoneInfo.from_file TZPATH available_timezones
zoneinfo | state | reset_tzpath
zoneinfo._tzpath | read | find_tzfile
zoneinfo._common | read | load_tzdata
nturl2path | read | *
ctypes.util | process | *
"""

_NETWORK = """
socket | net | *
_socket | net | *
socketserver | net | *
SocketServer | net | *
select | exhaust | select poll
ssl | net | *
_ssl | net | *
http.client | net | *
http.server | net | *
http.cookiejar | write | FileCookieJar LWPCookieJar MozillaCookieJar
httplib | net | *
urllib.request | net | *
urllib.robotparser | net | *
urllib | net | urlopen urlretrieve urlcleanup URLopener FancyURLopener open_https open_http
urllib2 | net | *
urlparse | net | urlopen
xmlrpc | net | *
xmlrpclib | net | *
SimpleXMLRPCServer | net | *
DocXMLRPCServer | net | *
BaseHTTPServer | net | *
CGIHTTPServer | net | *
SimpleHTTPServer | net | *
cookielib | write | *
ftplib | net | *
imaplib | net | *
imaplib | process | IMAP4_stream
nntplib | net | *
poplib | net | *
smtplib | net | *
smtpd | net | *
telnetlib | net | *
wsgiref | net | *
xml.etree.ElementTree | read | parse iterparse
xml.etree.ElementTree | write | ElementTree.write
xml.etree.ElementTree | exhaust | fromstring fromstringlist XML XMLID
xml.etree.cElementTree | read | parse iterparse
xml.etree.ElementInclude | read | *
xml.sax | import | make_parser _create_parser
xml.sax | net | parse parseString
xml.sax.saxutils | net | prepare_input_source
xml.sax.expatreader | net | *
xml.dom.minidom | read | parse
xml.dom.minidom | exhaust | parseString
xml.dom.pulldom | net | *
xml.dom.expatbuilder | read | *
xml.dom.xmlbuilder | net | *
xml.dom.domreg | import | *
requests | net | *
urllib3 | net | *
httpx | net | *
aiohttp | net | *
aiofiles | write | *
websocket | net | *
websockets | net | *
tornado | net | *
twisted | net | *
paramiko | net | *
fabric | process | *
invoke | process | *
sh | process | *
plumbum | process | *
pexpect | process | *
ptyprocess | process | *
winpexpect | process | *
psutil | process | *
zmq | net | *
redis | net | *
pymongo | net | *
psycopg2 | net | *
MySQLdb | net | *
pymysql | net | *
sqlalchemy | net | create_engine engine.create_engine
boto | net | *
boto3 | net | *
botocore | net | *
s3fs | net | *
gcsfs | net | *
adlfs | net | *
fsspec | net | *
smart_open | net | *
google.cloud | net | *
azure | net | *
dns | net | *
scapy | net | *
dotenv | write | *
portalocker | write | *
filelock | write | *
send2trash | write | *
"""

_ECOSYSTEM = """
fickling | scanner | *
picklescan | scanner | *
modelscan | scanner | *
modelaudit | scanner | *
saferpickle | scanner | *
safer_pickle | scanner | *
picklemagic | pickle | *
dill | pickle | *
dill._dill | make | _create_code _create_function _create_type _create_namedtuple _create_cell
dill._dill | reach | _load_type _get_attr _getattribute _create_weakref _create_weakproxy
dill._dill | import | _import_module _create_capsule
dill._dill | code | _eval_repr
dill._dill | write | _create_filehandle _create_stringi _create_stringo
dill.source | code | *
dill.temp | code | *
dill.settings | state | *
cloudpickle | make | *
cloudpickle | pickle | load loads Unpickler
cloudpickle.cloudpickle | pickle | load loads
cloudpickle.cloudpickle | import | subimport dynamic_subimport
cloudpickle.cloudpickle | reach | _builtin_type _get_module_attr _getobject
cloudpickle.cloudpickle_fast | make | *
joblib.externals | make | *
joblib.externals.cloudpickle | make | *
joblib.externals.loky | process | *
sklearn.externals.joblib.externals | make | *
jsonpickle | pickle | *
hickle | pickle | *
klepto | pickle | *
srsly | pickle | pickle_loads pickle_dumps cloudpickle
pickle5 | pickle | *
zodbpickle | pickle | *
ZODB | pickle | *
compress_pickle | pickle | *
pyyaml | code | *
yaml | code | load load_all unsafe_load unsafe_load_all full_load full_load_all
yaml | code | Loader CLoader UnsafeLoader FullLoader CUnsafeLoader CFullLoader
yaml.loader | code | Loader UnsafeLoader FullLoader
yaml.cyaml | code | CLoader CUnsafeLoader CFullLoader
yaml.constructor | code | UnsafeConstructor FullConstructor Constructor
ruamel.yaml | code | load load_all YAML UnsafeLoader Loader round_trip_load
ruamel_yaml | code | load load_all UnsafeLoader Loader
joblib | pickle | load
joblib | write | dump
joblib | reach | Parallel delayed wrap_non_picklable_objects
joblib | state | parallel_backend register_parallel_backend register_compressor
joblib.numpy_pickle | pickle | load _unpickle load_temporary_memmap NumpyUnpickler
joblib.numpy_pickle | write | dump
joblib.numpy_pickle_compat | pickle | load_compatibility ZipNumpyUnpickler
joblib.numpy_pickle_utils | read | _detect_compressor _read_fileobject
joblib.numpy_pickle_utils | read | _validate_fileobject_and_memmap
joblib._memmapping_reducer | read | _strided_from_memmap
joblib._memmapping_reducer | write | unlink_file add_maybe_unlink_finalizer
joblib.memory | write | Memory.clear MemorizedFunc.clear Memory.reduce_size
joblib.disk | write | delete_folder rm_subdirs mkdirp
joblib.backports | write | make_memmap concurrency_safe_rename
joblib.parallel | reach | BatchedCalls Parallel delayed
joblib.parallel | state | register_parallel_backend
joblib.pool | process | *
joblib.executor | process | *
joblib._parallel_backends | process | *
joblib._cloudpickle_wrapper | reach | *
joblib.testing | code | *
joblib.test | code | *
joblib.func_inspect | read | get_func_code
sklearn.externals.joblib | pickle | load
sklearn.externals.joblib | write | dump
sklearn.externals.joblib | reach | Parallel delayed
sklearn.externals.joblib.numpy_pickle | pickle | load _unpickle load_temporary_memmap
sklearn.externals.joblib.numpy_pickle | pickle | NumpyUnpickler
sklearn.externals.joblib.numpy_pickle | write | dump
sklearn.externals.joblib.numpy_pickle_compat | pickle | load_compatibility ZipNumpyUnpickler
sklearn.externals.joblib.pool | process | *
sklearn.externals.joblib.parallel | reach | BatchedCalls Parallel delayed
sklearn.externals.joblib.disk | write | *
numpy | pickle | load
numpy | read | fromfile loadtxt genfromtxt fromregex recfromcsv recfromtxt mafromtxt ndfromtxt
numpy | read | DataSource
numpy | write | memmap save savez savez_compressed savetxt ndarray.tofile ndarray.dump
numpy | reach | vectorize apply_along_axis apply_over_axes frompyfunc piecewise fromfunction
numpy | import | lookfor source info
numpy | state | set_string_function seterrcall set_printoptions seterr setbufsize
numpy | native | ctypeslib
numpy | code | safe_eval test
numpy.ctypeslib | native | *
numpy.distutils | process | *
numpy.f2py | code | *
numpy.testing | code | *
numpy.compat | write | py3k.open_latin1 open_latin1
numpy.compat.py3k | write | open_latin1
numpy.compat.py3k | import | npy_load_module
numpy.compat.py3k | pickle | pickle
numpy.compat | import | npy_load_module
numpy.core | reach | _ufunc_reconstruct
numpy._core | reach | _ufunc_reconstruct
numpy.core.memmap | write | memmap
numpy._core.memmap | write | memmap
numpy.core.multiarray | read | fromfile
numpy._core.multiarray | read | fromfile
numpy.core._multiarray_umath | read | fromfile
numpy._core._multiarray_umath | read | fromfile
numpy.core.multiarray | state | set_string_function set_numeric_ops
numpy.core.records | read | fromfile
numpy._core.records | read | fromfile
numpy.rec | read | fromfile
numpy.core.numeric | pickle | load loads
numpy.core.numeric | reach | fromfunction
numpy._core.numeric | reach | fromfunction
numpy.core._methods | pickle | _dump _dumps pickle
numpy._core._methods | pickle | _dump _dumps pickle
numpy.lib | pickle | load npyio.load
numpy.lib | read | DataSource loadtxt genfromtxt fromregex
numpy.lib | code | safe_eval
numpy.lib.utils | code | safe_eval
numpy.lib.utils | import | lookfor info source _makenamedict _lookfor_generate_cache
numpy.lib._utils_impl | import | lookfor info source _makenamedict
numpy.lib.function_base | reach | vectorize piecewise
numpy.lib._function_base_impl | reach | vectorize piecewise
numpy.lib.shape_base | reach | apply_along_axis apply_over_axes
numpy.lib._shape_base_impl | reach | apply_along_axis apply_over_axes
numpy.lib.npyio | pickle | load NpzFile
numpy.lib.npyio | read | loadtxt genfromtxt fromregex recfromcsv recfromtxt DataSource
numpy.lib.npyio | write | save savez savez_compressed savetxt
numpy.lib._npyio_impl | pickle | load NpzFile
numpy.lib._npyio_impl | read | loadtxt genfromtxt fromregex recfromcsv recfromtxt DataSource
numpy.lib._npyio_impl | write | save savez savez_compressed savetxt
numpy.lib.format | pickle | read_array
numpy.lib.format | write | open_memmap write_array
numpy.lib._format_impl | pickle | read_array
numpy.lib._format_impl | write | open_memmap write_array
numpy.lib._datasource | net | *
numpy.ma | read | loadtxt fromtextfile
numpy.ma.core | pickle | load loads
numpy.ma.core | write | dump
numpy.ma.mrecords | read | openfile fromtextfile
numpy.ma.extras | reach | apply_along_axis apply_over_axes
numpy.testing._private.utils | code | runstring
numpy._pytesttester | code | *
numpy._build_utils | process | *
numpy.setup | process | *
numpy.conftest | code | *
pandas | pickle | read_pickle read_msgpack
pandas | read | read_csv read_table read_fwf read_excel read_json read_html read_xml read_hdf
pandas | read | read_feather read_parquet read_orc read_sas read_spss read_stata
pandas | read | read_clipboard read_iceberg ExcelFile HDFStore
pandas | write | ExcelWriter DataFrame.to_csv DataFrame.to_pickle DataFrame.to_json
pandas | write | DataFrame.to_parquet DataFrame.to_excel DataFrame.to_hdf DataFrame.to_html
pandas | net | read_sql read_sql_query read_sql_table read_gbq DataFrame.to_sql
pandas | code | eval DataFrame.eval DataFrame.query test
pandas | state | set_option reset_option option_context options
pandas.core.frame | code | DataFrame.eval DataFrame.query
pandas.core.frame | write | DataFrame.to_csv DataFrame.to_pickle DataFrame.to_json
pandas.core.frame | write | DataFrame.to_parquet DataFrame.to_excel DataFrame.to_hdf
pandas.core.frame | write | DataFrame.to_html DataFrame.to_stata DataFrame.to_feather
pandas.core.frame | net | DataFrame.to_sql DataFrame.to_gbq
pandas.core.frame | reach | DataFrame.apply DataFrame.pipe DataFrame.agg DataFrame.aggregate
pandas.core.frame | reach | DataFrame.transform DataFrame.map DataFrame.applymap
pandas.core.series | write | Series.to_csv Series.to_pickle Series.to_json
pandas.core.series | reach | Series.apply Series.pipe Series.agg Series.map Series.transform
pandas.core.generic | write | NDFrame.to_csv NDFrame.to_pickle NDFrame.to_json NDFrame.to_hdf
pandas.core.generic | reach | NDFrame.pipe
pandas.core.common | reach | pipe apply_if_callable
pandas.core.computation | code | *
pandas.computation | code | *
pandas.io | read | *
pandas.io.pickle | pickle | *
pandas.io.sql | net | *
pandas.io.packers | pickle | *
pandas.io.msgpack | pickle | *
pandas.compat.pickle_compat | pickle | *
pandas.compat._optional | import | *
pandas.util.testing | code | *
pandas.util._tester | code | *
pandas.util._test_decorators | import | *
pandas.util._print_versions | process | *
pandas._testing | code | *
pandas._config | state | *
pandas.core.config | state | *
pandas.tests | code | *
pandas.conftest | code | *
pandas.plotting._core | import | _load_backend _get_plot_backend
pandas._libs.parsers | read | TextReader
pandas._libs.lib | reach | map_infer map_infer_mask
scipy.io | read | *
scipy.io | pickle | loadmat
scipy.io | write | savemat mmwrite hb_write
scipy.datasets | net | *
scipy.misc | read | *
scipy.weave | process | *
scipy.LowLevelCallable | native | *
scipy | native | LowLevelCallable
scipy._lib._ccallback | native | *
scipy._lib._ccallback_c | native | *
scipy._lib._testutils | code | *
scipy._lib._gcutils | state | *
scipy._lib._util | reach | MapWrapper _FunctionWrapper
scipy._build_utils | process | *
scipy.sparse | read | load_npz
scipy.sparse | write | save_npz
scipy.sparse._matrix_io | read | load_npz
scipy.sparse._matrix_io | write | save_npz
scipy.special._testutils | code | *
scipy.special._precompute | code | *
scipy.conftest | code | *
sklearn._build_utils | process | *
sklearn.conftest | code | *
sklearn.tests | code | *
sklearn.setup | process | *
sklearn.datasets | net | fetch_20newsgroups fetch_20newsgroups_vectorized fetch_california_housing
sklearn.datasets | net | fetch_covtype fetch_file fetch_kddcup99 fetch_lfw_pairs fetch_lfw_people
sklearn.datasets | net | fetch_mldata fetch_olivetti_faces fetch_openml fetch_rcv1
sklearn.datasets | net | fetch_species_distributions
sklearn.datasets | read | load_files load_svmlight_file load_svmlight_files load_sample_image
sklearn.datasets | read | load_sample_images
sklearn.datasets | write | clear_data_home dump_svmlight_file get_data_home
sklearn.datasets._base | net | fetch_file _fetch_remote
sklearn.datasets._base | read | load_files load_csv_data load_gzip_compressed_csv_data load_descr
sklearn.datasets._base | write | clear_data_home get_data_home
sklearn.datasets.base | net | _fetch_remote
sklearn.datasets.base | read | load_files
sklearn.datasets.base | write | clear_data_home get_data_home
sklearn.datasets._openml | net | *
sklearn.datasets._twenty_newsgroups | net | *
sklearn.datasets._lfw | net | *
sklearn.datasets._svmlight_format_io | read | load_svmlight_file load_svmlight_files
sklearn.datasets._svmlight_format_io | write | dump_svmlight_file
sklearn.datasets.svmlight_format | read | load_svmlight_file load_svmlight_files
sklearn.datasets.svmlight_format | write | dump_svmlight_file
sklearn.utils | import | all_estimators
sklearn.utils.discovery | import | *
sklearn.utils._testing | code | *
sklearn.utils.testing | code | *
sklearn.utils.estimator_checks | code | *
sklearn.utils._show_versions | process | *
sklearn.utils.parallel | reach | Parallel delayed _FuncWrapper
sklearn.utils.fixes | reach | delayed _FuncWrapper
sklearn.utils._plotting | import | *
xgboost.collective | net | *
xgboost.rabit | net | *
xgboost.tracker | net | *
xgboost.dask | net | *
xgboost.spark | net | *
xgboost.libpath | native | *
xgboost.core | native | _load_lib
xgboost.testing | code | *
lightgbm.dask | net | *
lightgbm.libpath | native | *
catboost.utils | read | *
catboost.datasets | net | *
catboost.widget | write | *
statsmodels.iolib.smpickle | pickle | *
statsmodels.iolib | pickle | load_pickle smpickle.load_pickle
statsmodels.iolib | write | save_pickle savetxt
statsmodels.datasets | net | *
statsmodels.formula | code | *
statsmodels.tools._testing | code | *
statsmodels.tools._test_runner | code | *
statsmodels.tools.web | process | *
statsmodels.base.model | pickle | Results.load LikelihoodModelResults.load
statsmodels.base.model | pickle | load_pickle
statsmodels.api | pickle | load load_pickle
patsy | code | *
formulaic | code | *
imblearn.datasets | net | fetch_datasets
imblearn.datasets._zenodo | net | *
imblearn.utils.testing | code | *
imblearn.utils.estimator_checks | code | *
"""

_DEEP_LEARNING = """
torch | pickle | load
torch | write | save
torch | read | from_file
torch | code | compile unsupported_tensor_ops
torch | read | UntypedStorage.from_file TypedStorage.from_file FloatStorage.from_file
torch | reach | Tensor.apply_ Tensor.map_
torch | native | ops.load_library classes.load_library
torch | state | set_default_dtype set_default_tensor_type set_default_device seed
torch | state | set_num_threads use_deterministic_algorithms set_grad_enabled
torch.serialization | pickle | load _load _legacy_load
torch.serialization | write | save _save _legacy_save
torch.serialization | state | add_safe_globals clear_safe_globals safe_globals register_package
torch.serialization | state | set_default_load_endianness set_default_mmap_options
torch.serialization | read | _open_file _open_file_like _open_zipfile_reader
torch.storage | pickle | _load_from_bytes
torch.storage | read | UntypedStorage.from_file TypedStorage.from_file
torch._weights_only_unpickler | pickle | *
torch.hub | net | *
torch.hub | code | load help list
torch.package | pickle | *
torch.package.package_importer | pickle | *
torch.jit | native | load _load_for_lite_interpreter
torch.jit | write | save
torch.jit | code | script trace CompilationUnit unsupported_tensor_ops
torch.jit.frontend | code | *
torch.jit.annotations | code | *
torch.jit.unsupported_tensor_ops | code | *
torch.jit._serialization | native | *
torch.jit._script | native | *
torch.jit.mobile | native | *
torch.jit.supported_ops | code | *
torch.jit._dataclass_impls | make | *
torch._C | native | import_ir_module import_ir_module_from_buffer PyTorchFileReader
torch._C | native | _load_for_lite_interpreter _load_mobile_module_from_file CompilationUnit
torch._C | native | _jit_get_operation _import_ir_module_from_package _aoti
torch._C | write | PyTorchFileWriter
torch._C._distributed_c10d | net | *
torch._C._distributed_rpc | net | *
torch._ops | native | _OpNamespace _Ops.load_library _Ops
torch._classes | native | *
torch._dynamo | code | *
torch._inductor | process | *
torch._functorch | code | *
torch._export | code | *
torch._lazy | code | *
torch._native | code | *
torch._vendor | code | *
torch.export | pickle | load
torch.export | write | save
torch.export.pt2_archive | native | *
torch.compiler | state | *
torch.fx | code | *
torch.nativert | native | *
torch.library | state | *
torch.onnx | write | *
torch.profiler | write | *
torch.autograd.profiler | write | *
torch.autograd.profiler | pickle | load_nvprof
torch.backends._nnapi | native | *
torch.contrib | code | *
torch.cuda.memory | write | _dump_snapshot
torch.cuda.memory | native | CUDAPluggableAllocator
torch.cuda._memory_viz | pickle | *
torch.cuda.jiterator | code | *
torch.mps | code | compile_shader
torch.mtia | write | *
torch.distributed.checkpoint | read | *
torch.distributed.elastic | process | *
torch.distributed.launch | process | *
torch.distributed.launcher | process | *
torch.distributed.run | process | *
torch.distributed.rpc | net | *
torch.distributed.nn | net | *
torch.distributed.distributed_c10d | net | *
torch.distributed.rendezvous | net | *
torch.distributed.autograd | net | *
torch.distributed.pipelining | code | *
torch.distributed | net | init_process_group TCPStore FileStore HashStore PrefixStore
torch.distributed | pickle | broadcast_object_list all_gather_object scatter_object_list
torch.distributed | net | destroy_process_group new_group send recv isend irecv broadcast
torch.distributed.benchmarks | net | *
torch.multiprocessing | process | *
torch.testing._internal | code | *
torch.utils.cpp_extension | process | *
torch.utils._cpp_extension_versioner | process | *
torch.utils._cpp_embed_headers | read | *
torch.utils._config_module | pickle | *
torch.utils._content_store | read | *
torch.utils._triton | code | *
torch.utils._sympy | code | *
torch.utils._get_clean_triton | process | *
torch.utils._zip | write | *
torch.utils._import_utils | import | *
torch.utils._appending_byte_serializer | read | *
torch.utils._strobelight | process | *
torch.utils.bottleneck | code | *
torch.utils.benchmark | process | *
torch.utils.checkpoint | reach | checkpoint checkpoint_sequential
torch.utils.collect_env | process | *
torch.utils.data.datapipes | code | *
torch.utils.ffi | process | *
torch.utils.file_baton | write | *
torch.utils.hipify | write | *
torch.utils.model_dump | pickle | *
torch.utils.model_zoo | net | *
torch.utils.show_pickle | pickle | *
torch.utils.tensorboard | write | *
torch.utils.throughput_benchmark | code | *
torch.utils.viz | write | *
torch.nn.modules.module | reach | Module.apply register_module_forward_hook
torch.nn.modules.module | state | register_module_forward_pre_hook
torch.nn.parallel.data_parallel | reach | data_parallel
torch.nn.parallel.parallel_apply | reach | parallel_apply
torch.overrides | code | *
torch._tensor | reach | Tensor.apply_ Tensor.map_
torch._utils | reach | _import_dotted_name
torch._utils | code | ExceptionWrapper.reraise
torch._deploy | pickle | *
torch._jit_internal | code | *
torch._higher_order_ops | code | *
torchvision.io | read | *
torchvision.datasets | net | *
torchvision.models | net | get_model get_weight list_models
torchvision.extension | native | *
torchaudio | read | load info
torchaudio | write | save
torchaudio.utils | net | *
torchaudio.backend | read | *
torchtext.utils | net | *
triton | process | *
tensorflow | code | py_function numpy_function py_func map_fn
tensorflow | native | load_op_library load_library
tensorflow.raw_ops | write | *
tensorflow.io | read | *
tensorflow.io.gfile | write | *
tensorflow.compat.v1.gfile | write | *
tensorflow.saved_model | code | *
tensorflow.python.saved_model | code | *
tensorflow.python.framework.load_library | native | *
tensorflow.python.lib.io | write | *
tensorflow.python.platform.gfile | write | *
tensorflow.python.ops.script_ops | code | *
tensorflow.keras.models | code | load_model model_from_json model_from_yaml model_from_config
tensorflow.keras.utils | net | get_file
tensorflow.keras.layers | code | Lambda
tensorflow.python.keras.models | code | load_model model_from_json model_from_yaml
tensorflow.python.keras.layers.core | code | Lambda
tensorflow.python.keras.saving | code | *
tensorflow.python.keras.saving.pickle_utils | code | *
keras.models | code | load_model model_from_json model_from_yaml model_from_config
keras.saving | code | *
keras.src.saving | code | *
keras.src.models.model | code | model_from_json
keras.src.utils.file_utils | net | *
keras.src.utils.python_utils | make | func_load
keras.src.layers.core.lambda_layer | code | Lambda
keras.layers | code | Lambda TFSMLayer TorchModuleWrapper
keras.layers.core | code | Lambda
keras.layers.core.lambda_layer | code | Lambda
keras.config | state | *
keras.engine.saving | code | *
keras.utils | net | get_file
keras.utils.data_utils | net | get_file
keras.utils.generic_utils | make | func_load
keras.utils | make | deserialize_keras_object
keras.preprocessing | read | image_dataset_from_directory text_dataset_from_directory
keras.preprocessing.image | read | load_img
keras.preprocessing.image | write | save_img
tf_keras.models | code | load_model model_from_json model_from_yaml model_from_config
tf_keras.saving | code | *
tf_keras.src.saving | code | *
tf_keras.utils | net | get_file
jax | code | pure_callback
jax.extend | native | *
mxnet | native | *
paddle | pickle | load
paddle.framework.io | pickle | *
paddle.utils | process | *
onnx | read | load load_model load_model_from_string load_tensor
onnx | write | save save_model
onnx.hub | net | *
onnx.utils | write | extract_model
onnx.external_data_helper | write | *
onnxruntime | native | InferenceSession
onnxruntime.capi | native | *
transformers | code | pipeline AutoModel AutoTokenizer AutoConfig
transformers | net | AutoProcessor AutoFeatureExtractor AutoModelForCausalLM
transformers.pipelines | code | pipeline
transformers.dynamic_module_utils | code | *
transformers.models.auto | code | *
transformers.models.auto.auto_factory | reach | getattribute_from_module
transformers.models.auto.tokenization_auto | code | AutoTokenizer
transformers.utils.hub | net | *
transformers.utils.import_utils | import | *
transformers.file_utils | net | cached_path get_from_cache cached_file
transformers.modeling_utils | pickle | load_state_dict
transformers.testing_utils | process | *
diffusers.pipelines.pipeline_loading_utils | import | *
diffusers.utils.dynamic_modules_utils | code | *
diffusers.utils.import_utils | import | *
accelerate.launchers | process | *
accelerate.commands | process | *
peft.utils.save_and_load | pickle | *
datasets | net | load_dataset load_from_disk
datasets.load | code | *
evaluate | code | load
evaluate.loading | code | *
huggingface_hub | net | *
sentence_transformers.util | net | *
spacy | code | load
spacy.util | import | *
nltk | net | download
nltk.data | pickle | *
nltk.downloader | net | *
gensim.utils | pickle | unpickle SaveLoad.load
gensim.downloader | net | *
allennlp.common | import | *
fairseq.checkpoint_utils | pickle | *
ultralytics.nn.tasks | pickle | torch_safe_load attempt_load_weights attempt_load_one_weight
ultralytics.nn.tasks | code | parse_model
ultralytics.utils.checks | process | *
ultralytics.utils.downloads | net | *
hydra.utils | import | *
hydra._internal | import | *
omegaconf | read | OmegaConf.load
pytorch_lightning.core.saving | pickle | *
lightning.pytorch.core.saving | pickle | *
lightning_fabric.utilities.cloud_io | pickle | *
mlflow.projects | process | *
mlflow.pyfunc | code | load_model load_pyfunc _load_pyfunc spark_udf
mlflow.artifacts | net | *
mlflow.sklearn | pickle | load_model _load_pyfunc
mlflow.pytorch | pickle | load_model _load_pyfunc
mlflow.utils.process | process | *
mlflow.utils.file_utils | write | *
mlflow.tracking | net | *
skops.io | pickle | *
bentoml | code | *
ray | process | init
ray.cloudpickle | make | *
dask | code | compute
pyspark.cloudpickle | make | *
pyspark.serializers | pickle | *
clearml | net | *
wandb | net | *
comet_ml | net | *
neptune | net | *
optuna.storages | net | RDBStorage
h5py | native | File
h5py._hl.files | native | *
tables | pickle | open_file File
netCDF4 | read | Dataset
zarr | pickle | open load open_group
numcodecs.pickles | pickle | *
pyarrow | pickle | deserialize deserialize_from read_serialized
pyarrow | read | memory_map OSFile create_memory_map input_stream output_stream
pyarrow | pickle | PyExtensionType UnknownExtensionType
pyarrow.fs | write | *
pyarrow.parquet | read | *
pyarrow.csv | read | *
pyarrow.feather | read | *
pyarrow.dataset | read | *
pyarrow.flight | net | *
pyarrow.cffi | native | *
polars | pickle | read_pickle
polars | read | read_csv read_parquet read_json read_ipc scan_csv scan_parquet read_database
polars | code | sql
duckdb | write | *
PIL.Image | read | open
PIL.ImageFile | read | *
PIL.ImageMath | code | *
PIL.ImageGrab | process | *
PIL.ImageShow | process | *
imageio | read | *
cv2 | read | imread VideoCapture FileStorage imdecode
cv2 | write | imwrite VideoWriter
cv2.dnn | read | *
skimage.io | read | *
soundfile | read | *
librosa | read | load
audioread | process | *
moviepy | process | *
ffmpeg | process | *
"""

_LANGUAGE_TOOLS = """
IPython | code | *
ipykernel | code | *
jupyter_client | process | *
jupyter_core | process | *
nbconvert | code | *
nbformat | read | *
notebook | process | *
traitlets.utils.importstring | import | *
cffi | native | *
_cffi_backend | native | *
pycparser | process | *
pyximport | code | *
Cython | code | *
numba | code | jit njit vectorize cfunc generated_jit
numba.core.serialize | pickle | *
numba.pycc | process | *
llvmlite | native | *
numexpr | code | *
sympy | code | sympify S lambdify parse_expr parsing.sympy_parser.parse_expr
sympy | code | core.sympify.sympify utilities.lambdify.lambdify
sympy.core.sympify | code | *
sympy.parsing | code | *
sympy.utilities.lambdify | code | *
sympy.utilities.autowrap | process | *
sympy.utilities._compilation | process | *
sympy.printing.preview | process | *
asteval | code | *
simpleeval | code | *
RestrictedPython | code | *
jinja2 | code | Template Environment environment.Template environment.Environment
jinja2 | code | sandbox.SandboxedEnvironment
jinja2.environment | code | *
jinja2.loaders | code | *
jinja2.nativetypes | code | *
jinja2.utils | import | import_string
jinja2.bccache | make | *
mako | code | *
chameleon | code | *
werkzeug.utils | import | *
gunicorn | process | *
uvicorn | process | *
celery | code | *
kombu | pickle | *
rpyc | net | *
Pyro4 | net | *
execnet | process | *
pytest | code | *
_pytest | code | *
py | code | *
nose | code | *
tox | process | *
conda | process | *
virtualenv | process | *
git | process | *
GitPython | process | *
pyautogui | state | *
pynput | state | *
win32api | state | *
win32process | process | *
win32com | process | *
pythoncom | process | *
pywintypes | state | *
comtypes | native | *
objc | native | *
lxml.etree | read | parse XSLT
lxml.objectify | code | *
six | state | exec_ reraise
six | reach | get_function_globals get_method_self create_bound_method
six.moves | import | *
future | import | *
past | import | *
toolz.functoolz | reach | *
cytoolz.functoolz | reach | *
funcy | reach | *
wrapt | reach | *
decorator | make | *
lazy_object_proxy | reach | *
lazy_loader | import | *
attr._make | code | *
docker | process | *
kubernetes | net | *
ansible | process | *
scrapy | net | *
selenium | process | *
playwright | process | *
"""

# The rest of the standard library: values, arithmetic, text, constants.
HARMLESS = """
__future__ _abc _ast _bisect _blake2 _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr
_codecs_tw _collections _crypt _csv _datetime _elementtree _hashlib _heapq _json _lzma _markupbase
_md5 _multibytecodec _opcode _py_abc _queue _random _sha1 _sha256 _sha3 _sha512 _sre _stat
_statistics _strptime _struct _threading_local _tokenize _typing _uuid _warnings _weakref
_weakrefset _zoneinfo abc array ast audioop binascii bisect calendar cmath cmd collections colorsys
crypt csv datetime difflib dis email enum errno fnmatch formatter fractions getopt graphlib hashlib
heapq hmac html ipaddress json keyword math numbers opcode optparse parser pickletools pprint
pydoc_data pyexpat queue re secrets selectors shlex sre_compile sre_constants sre_parse stat
statistics stringprep struct symbol textwrap token tomllib unicodedata xdrlib _contextvars
_collections_abc _opcode_metadata _pydatetime _pylong _colorize _suggestions _sha2
"""

REVIEW = "\n".join(
    (
        _BUILTINS,
        _INDIRECTION,
        _PICKLE_AND_CODE,
        _IMPORTS,
        _SYSTEM,
        _FILES,
        _NETWORK,
        _ECOSYSTEM,
        _DEEP_LEARNING,
        _LANGUAGE_TOOLS,
    )
)

# Classes that run text out of their own state: ``module | key of the state | classes``. To build
# an instance is harmless and real pickles do so; a state handed to BUILD is executed.
STATE = """
scipy.stats | _parse_arg_template | *
scipy.stats.distributions | _parse_arg_template | *
statsmodels.base.data | restore_model_spec | ModelData PandasData PatsyData FormulaicData
statsmodels.base.data | restore_design_info | ModelData PandasData PatsyData FormulaicData
"""
