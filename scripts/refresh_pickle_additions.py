"""The review of what refresh_pickle_globals.py observed, and the additions to it.

Source: written by hand; the older module paths of scikit-learn come from a list of the symbols in
its wheels from 0.18 to 1.9, those of pandas, numpy and scipy from knowledge of those releases, what
weights_only allows from torch 1.13 to 2.13 itself. Date: 2026-11-23. Method: a name is added if
calling it, with any arguments, is understood to do no more than build a value. The lists are text:
``module: name name``.
"""

from __future__ import annotations

# Functions, observed or not, that only build a value.
FUNCTIONS = """
_codecs: encode
array: _array_reconstructor
copyreg: _reconstructor __newobj__ __newobj_ex__
copy_reg: _reconstructor __newobj__
re: _compile
logging: getLogger
zoneinfo: ZoneInfo._unpickle
pytz: _p _UTC
uuid: SafeUUID.safe SafeUUID.unsafe SafeUUID.unknown
numpy._core._internal: _convert_to_stringdtype_kwargs
numpy._core.multiarray: _reconstruct scalar
numpy._core.numeric: _frombuffer
numpy._core: _DType_reconstruct
numpy.ma.core: _mareconstruct
numpy.ma.mrecords: _mrreconstruct
numpy.random: __RandomState_ctor
numpy.random._pickle: __bit_generator_ctor __generator_ctor __randomstate_ctor
numpy.random._pickle: __bit_generator_ctor_legacy
numpy: absolute add clip cos exp expm1 log log10 log1p log2 max maximum mean median min minimum
numpy: nanmean sign sin sqrt square std sum tanh var amax amin nansum nanmax nanmin nanmedian
numpy: subtract multiply divide true_divide power exp2 cbrt arcsin arccos arctan sinh cosh tan
numpy._core._multiarray_umath: absolute add cos exp expm1 log log10 log1p log2 maximum minimum
numpy._core._multiarray_umath: sign sin sqrt square tanh
numpy._core.fromnumeric: mean sum std var amax amin max min
numpy.lib.function_base: median
pandas._libs.internals: _unpickle_block
pandas._libs.tslibs.nattype: _nat_unpickle
pandas._libs.tslibs.timedeltas: _timedelta_unpickle
pandas._libs.tslibs.timestamps: _unpickle_timestamp
pandas.core.indexes.base: _new_Index
pandas.core.indexes.datetimes: _new_DatetimeIndex
pandas.core.indexes.interval: _new_IntervalIndex
pandas.core.indexes.timedeltas: _new_TimedeltaIndex
pandas.core.indexes.period: _new_PeriodIndex
pandas.core.internals.blocks: new_block make_block
pandas._libs.tslibs.period: _unpickle_period
pyarrow.lib: _restore_array py_buffer type_for_alias
scipy._lib.array_api_compat.numpy._aliases: asarray
scipy.interpolate._interpolate: interp1d._call_linear_np interp1d._call_linear
scipy.interpolate._interpolate: interp1d._call_nearest interp1d._call_previousnext
scipy.interpolate._interpolate: interp1d._call_nan_spline interp1d._call_spline
scipy.spatial.transform._rigid_transform: RigidTransform.from_matrix
sklearn.cluster._kmeans: _kmeans_single_lloyd _kmeans_single_elkan
sklearn.cluster.k_means_: _kmeans_single_lloyd
sklearn.feature_selection._mutual_info: mutual_info_classif mutual_info_regression
sklearn.feature_selection.mutual_info_: mutual_info_classif mutual_info_regression
sklearn.feature_selection._univariate_selection: chi2 f_classif f_regression f_oneway r_regression
sklearn.feature_selection.univariate_selection: chi2 f_classif f_regression f_oneway
sklearn.metrics._dist_metrics: newObj
sklearn.neighbors._dist_metrics: newObj
sklearn.neighbors.dist_metrics: newObj
sklearn.neighbors._ball_tree: newObj
sklearn.neighbors._kd_tree: newObj
sklearn.neighbors.ball_tree: newObj
sklearn.neighbors.kd_tree: newObj
sklearn.metrics._classification: accuracy_score balanced_accuracy_score brier_score_loss f1_score
sklearn.metrics._classification: d2_brier_score d2_log_loss_score fbeta_score jaccard_score log_loss
sklearn.metrics._classification: matthews_corrcoef precision_score recall_score cohen_kappa_score
sklearn.metrics.classification: accuracy_score balanced_accuracy_score brier_score_loss f1_score
sklearn.metrics.classification: fbeta_score log_loss precision_score recall_score
sklearn.metrics._ranking: average_precision_score roc_auc_score top_k_accuracy_score ndcg_score
sklearn.metrics.ranking: average_precision_score roc_auc_score
sklearn.metrics._regression: d2_absolute_error_score explained_variance_score max_error r2_score
sklearn.metrics._regression: mean_absolute_error mean_absolute_percentage_error
sklearn.metrics._regression: mean_gamma_deviance mean_poisson_deviance mean_squared_error
sklearn.metrics._regression: mean_squared_log_error median_absolute_error mean_pinball_loss
sklearn.metrics._regression: root_mean_squared_error root_mean_squared_log_error
sklearn.metrics.regression: explained_variance_score mean_absolute_error mean_squared_error
sklearn.metrics.regression: mean_squared_log_error median_absolute_error r2_score
sklearn.metrics.scorer: _passthrough_scorer
sklearn.metrics._scorer: negative_likelihood_ratio positive_likelihood_ratio _passthrough_scorer
sklearn.metrics.cluster._supervised: adjusted_mutual_info_score adjusted_rand_score rand_score
sklearn.metrics.cluster._supervised: completeness_score fowlkes_mallows_score homogeneity_score
sklearn.metrics.cluster._supervised: mutual_info_score normalized_mutual_info_score v_measure_score
sklearn.metrics.pairwise: rbf_kernel linear_kernel polynomial_kernel cosine_similarity
sklearn.metrics.pairwise: euclidean_distances manhattan_distances cosine_distances
torch._C._nn: gelu silu elu_ relu6 leaky_relu softplus mish hardtanh
torch._tensor: _rebuild_from_type_v2
torch._utils: _rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy
torch._utils: _rebuild_meta_tensor_no_storage _rebuild_nested_tensor _rebuild_parameter
torch._utils: _rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_csr_tensor
torch._utils: _rebuild_sparse_tensor _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3
torch._utils: _rebuild_wrapper_subclass _rebuild_xla_tensor
torch.amp.grad_scaler: _refresh_per_optimizer_state
torch.cuda.amp.grad_scaler: _refresh_per_optimizer_state
torch.jit._pickle: build_boollist build_doublelist build_intlist build_tensor_from_id
torch.jit._pickle: build_tensorlist restore_type_tag
torch.nn.backends.thnn: _get_thnn_function_backend
torch.nn.functional: relu silu gelu leaky_relu elu selu mish tanh sigmoid softmax log_softmax
torch.nn.functional: softplus hardtanh hardswish relu6 mse_loss cross_entropy l1_loss
torch.optim.lr_scheduler: CyclicLR._triangular_scale_fn CyclicLR._triangular2_scale_fn
torch.serialization: _get_layout
"""

# Classes under paths that were not observed, because they are of other releases.
ADDITIONS = """
_loss: CyHalfBinomialLoss CyHalfSquaredError CyAbsoluteError CyHalfGammaLoss CyHalfPoissonLoss
_loss: CyHalfMultinomialLoss CyHalfTweedieLoss CyHalfTweedieLossIdentity CyHuberLoss CyPinballLoss
_loss: CyExponentialLoss
dateutil.tz.tz: tzutc tzlocal tzoffset
exceptions: OSError IOError
builtins: OSError NameError ImportError TimeoutError ConnectionError PermissionError
builtins: FileNotFoundError UnicodeDecodeError UnicodeEncodeError BaseException KeyboardInterrupt
joblib.numpy_pickle: NumpyArrayWrapper
joblib.numpy_pickle: NDArrayWrapper ZNDArrayWrapper
joblib.numpy_pickle_compat: NDArrayWrapper ZNDArrayWrapper
sklearn.externals.joblib.numpy_pickle: NumpyArrayWrapper NDArrayWrapper ZNDArrayWrapper
sklearn.externals.joblib.numpy_pickle_compat: NDArrayWrapper ZNDArrayWrapper
numpy: bool_ int_ uint intc uintc byte ubyte short ushort single double half csingle cdouble
numpy: float128 complex256 longfloat str unicode_ string_ recarray ma.MaskedArray
numpy.ma.core: MaskedArray
numpy.ma.mrecords: MaskedRecords
numpy._core.records: recarray record
numpy._core.defchararray: chararray
numpy.matrixlib.defmatrix: matrix
numpy.lib.polynomial: poly1d
numpy.random.mtrand: RandomState
numpy.random: RandomState Generator
numpy.random._generator: Generator
pandas: Int64Index UInt64Index Float64Index Timestamp Timedelta NaT Timedelta Period
pandas._libs.tslibs.timestamps: Timestamp
pandas._libs.tslibs.timedeltas: Timedelta
pandas._libs.tslibs.nattype: NaTType
pandas._libs.tslibs.period: Period
pandas._libs.interval: Interval
pandas._libs.missing: NAType
pandas._libs.internals: BlockPlacement
pandas._libs.sparse: BlockIndex
pandas._libs.tslibs.offsets: BaseOffset DateOffset Tick FY5253Quarter BDay
pandas.core.arrays._mixins: NDArrayBackedExtensionArray
pandas.core.arrays.boolean: BooleanArray BooleanDtype
pandas.core.arrays.categorical: Categorical
pandas.core.arrays.datetimes: DatetimeArray
pandas.core.arrays.floating: FloatingArray Float32Dtype Float64Dtype
pandas.core.arrays.integer: IntegerArray Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype
pandas.core.arrays.integer: UInt16Dtype UInt32Dtype UInt64Dtype
pandas.core.arrays.interval: IntervalArray
pandas.core.arrays.numpy_: PandasArray PandasDtype NumpyExtensionArray
pandas.core.arrays.period: PeriodArray
pandas.core.arrays.sparse.array: SparseArray
pandas.core.arrays.sparse.dtype: SparseDtype
pandas.core.arrays.string_: StringArray StringDtype
pandas.core.arrays.string_arrow: ArrowStringArray
pandas.core.arrays.timedeltas: TimedeltaArray
pandas.core.categorical: Categorical
pandas.core.dtypes.dtypes: CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype PandasDtype
pandas.core.dtypes.dtypes: SparseDtype
pandas.core.flags: Flags
pandas.core.frame: DataFrame
pandas.core.index: Index Int64Index MultiIndex
pandas.core.indexes.base: Index
pandas.core.indexes.category: CategoricalIndex
pandas.core.indexes.datetimes: DatetimeIndex
pandas.core.indexes.frozen: FrozenList FrozenNDArray
pandas.core.indexes.interval: IntervalIndex
pandas.core.indexes.multi: MultiIndex
pandas.core.indexes.numeric: Int64Index UInt64Index Float64Index NumericIndex
pandas.core.indexes.period: PeriodIndex
pandas.core.indexes.range: RangeIndex
pandas.core.indexes.timedeltas: TimedeltaIndex
pandas.core.internals: BlockManager SingleBlockManager
pandas.core.series: Series
pandas.indexes.base: Index
pandas.indexes.numeric: Int64Index Float64Index
pandas.indexes.range: RangeIndex
pandas.indexes.multi: MultiIndex
pandas.tseries.offsets: Day Hour Minute Second Milli Micro Nano BusinessDay BDay MonthBegin MonthEnd
pandas.tseries.offsets: BusinessMonthBegin BusinessMonthEnd QuarterBegin QuarterEnd YearBegin
pandas.tseries.offsets: YearEnd
pandas.tseries.offsets: BQuarterBegin BQuarterEnd BYearBegin BYearEnd Week WeekOfMonth DateOffset
pandas.tseries.offsets: LastWeekOfMonth SemiMonthBegin SemiMonthEnd CustomBusinessDay Easter FY5253
pathlib: Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath
pathlib._local: Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath
pytz: _FixedOffset UTC
pytz.tzinfo: DstTzInfo StaticTzInfo
scipy.interpolate.interpolate: interp1d PPoly BPoly
scipy.spatial.ckdtree: cKDTree
scipy.spatial.kdtree: KDTree
scipy.optimize.optimize: OptimizeResult
sklearn.compose._column_transformer: _RemainderColsList
sklearn.ensemble._gb_losses: BinomialDeviance ExponentialLoss HuberLossFunction LeastAbsoluteError
sklearn.ensemble._gb_losses: LeastSquaresError MultinomialDeviance QuantileLossFunction
sklearn.ensemble.gradient_boosting: BinomialDeviance ExponentialLoss HuberLossFunction
sklearn.ensemble.gradient_boosting: LeastAbsoluteError LeastSquaresError LogOddsEstimator
sklearn.ensemble.gradient_boosting: MeanEstimator MultinomialDeviance PriorProbabilityEstimator
sklearn.ensemble.gradient_boosting: QuantileEstimator QuantileLossFunction ZeroEstimator
sklearn.ensemble.gradient_boosting: ScaledLogOddsEstimator
sklearn.ensemble._hist_gradient_boosting.loss: BinaryCrossEntropy CategoricalCrossEntropy Poisson
sklearn.ensemble._hist_gradient_boosting.loss: LeastAbsoluteDeviation LeastSquares
sklearn._loss.glm_distribution: GammaDistribution InverseGaussianDistribution NormalDistribution
sklearn._loss.glm_distribution: PoissonDistribution TweedieDistribution DistributionBoundary
sklearn.gaussian_process.gaussian_process: GaussianProcess
sklearn.lda: LDA
sklearn.qda: QDA
sklearn.linear_model._glm.glm: GeneralizedLinearRegressor
sklearn.linear_model._glm.link: LogLink IdentityLink LogitLink
sklearn.linear_model._sgd_fast: Hinge Huber Log ModifiedHuber SquaredHinge SquaredLoss
sklearn.linear_model._sgd_fast: EpsilonInsensitive SquaredEpsilonInsensitive
sklearn.linear_model.sgd_fast: Huber Log SquaredLoss
sklearn.linear_model.randomized_l1: RandomizedLasso RandomizedLogisticRegression
sklearn.metrics.scorer: _PredictScorer _ProbaScorer _ThresholdScorer
sklearn.metrics._scorer: _PredictScorer _ProbaScorer _ThresholdScorer _Scorer
sklearn.mixture.dpgmm: DPGMM VBGMM
sklearn.mixture.gmm: GMM
sklearn.neighbors.approximate: GaussianRandomProjectionHash LSHForest
sklearn.preprocessing.data: CategoricalEncoder
sklearn.preprocessing.imputation: Imputer
sklearn.utils: Bunch
sklearn.tree._criterion: Gini Entropy MSE MAE FriedmanMSE Poisson
sklearn.tree._splitter: BestSplitter RandomSplitter BestSparseSplitter RandomSparseSplitter
catboost: CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor
torch: float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 bool complex64 complex128
torch: per_channel_symmetric per_tensor_symmetric per_channel_affine_float_qparams strided
torch: memory_format layout dtype Generator Tensor finfo iinfo
torch.storage: TypedStorage _TypedStorage _UntypedStorage
torch._utils: CallbackRegistry
torch.backends.cudnn.rnn: Unserializable
torch.nn.modules.container: ParameterList ParameterDict
torch.nn.modules.linear: _LinearWithBias NonDynamicallyQuantizableLinear
torch.nn.modules.transformer: TransformerDecoder TransformerEncoder TransformerDecoderLayer
torch.nn.modules.transformer: TransformerEncoderLayer Transformer
torch.nn.modules.rnn: RNNBase RNNCellBase
torch.nn.parameter: Parameter UninitializedParameter UninitializedBuffer Buffer
torch.torch_version: TorchVersion
torch.optim.lr_scheduler: _LRScheduler LRScheduler LambdaLR MultiplicativeLR
torch.utils._ordered_set: OrderedSet
sklearn.cluster.affinity_propagation_: AffinityPropagation
sklearn.cluster.bicluster: KMeans MiniBatchKMeans SpectralBiclustering SpectralCoclustering
sklearn.cluster.birch: AgglomerativeClustering Birch
sklearn.cluster.dbscan_: DBSCAN
sklearn.cluster.hierarchical: AgglomerativeClustering FeatureAgglomeration
sklearn.cluster.k_means_: KMeans MiniBatchKMeans
sklearn.cluster.mean_shift_: MeanShift
sklearn.cluster.optics_: OPTICS
sklearn.cluster.spectral: SpectralClustering
sklearn.covariance.elliptic_envelope: EllipticEnvelope MinCovDet
sklearn.covariance.empirical_covariance_: EmpiricalCovariance
sklearn.covariance.graph_lasso_: EmpiricalCovariance GraphicalLasso GraphicalLassoCV
sklearn.covariance.outlier_detection: EllipticEnvelope MinCovDet
sklearn.covariance.robust_covariance: EmpiricalCovariance MinCovDet
sklearn.covariance.shrunk_covariance_: EmpiricalCovariance LedoitWolf OAS ShrunkCovariance
sklearn.cross_decomposition._cca: CCA
sklearn.cross_decomposition.cca_: CCA
sklearn.cross_decomposition.pls_: PLSCanonical PLSRegression PLSSVD
sklearn.decomposition.dict_learning: DictionaryLearning MiniBatchDictionaryLearning SparseCoder
sklearn.decomposition.factor_analysis: FactorAnalysis
sklearn.decomposition.fastica_: FastICA
sklearn.decomposition.incremental_pca: IncrementalPCA
sklearn.decomposition.kernel_pca: KernelPCA
sklearn.decomposition.nmf: NMF
sklearn.decomposition.online_lda: LatentDirichletAllocation
sklearn.decomposition.pca: PCA
sklearn.decomposition.sparse_pca: MiniBatchSparsePCA SparsePCA
sklearn.decomposition.truncated_svd: TruncatedSVD
sklearn.ensemble.bagging: BaggingClassifier BaggingRegressor
sklearn.ensemble.forest: ExtraTreesClassifier ExtraTreesRegressor RandomForestClassifier
sklearn.ensemble.forest: RandomForestRegressor RandomTreesEmbedding
sklearn.ensemble.gradient_boosting: GradientBoostingClassifier GradientBoostingRegressor
sklearn.ensemble.iforest: IsolationForest
sklearn.ensemble.voting: VotingClassifier VotingRegressor
sklearn.ensemble.voting_classifier: VotingClassifier
sklearn.ensemble.weight_boosting: AdaBoostClassifier AdaBoostRegressor
sklearn.feature_extraction.dict_vectorizer: DictVectorizer
sklearn.feature_extraction.hashing: FeatureHasher
sklearn.feature_selection.from_model: SelectFromModel
sklearn.feature_selection.rfe: RFE RFECV
sklearn.feature_selection.univariate_selection: GenericUnivariateSelect SelectFdr SelectFpr
sklearn.feature_selection.univariate_selection: SelectFwe SelectKBest SelectPercentile
sklearn.feature_selection.variance_threshold: VarianceThreshold
sklearn.gaussian_process.gpc: CompoundKernel GaussianProcessClassifier LabelEncoder
sklearn.gaussian_process.gpc: OneVsOneClassifier OneVsRestClassifier RBF
sklearn.gaussian_process.gpr: GaussianProcessRegressor RBF
sklearn.grid_search: GridSearchCV RandomizedSearchCV
sklearn.linear_model.base: LinearRegression
sklearn.linear_model.bayes: ARDRegression BayesianRidge
sklearn.linear_model.coordinate_descent: ElasticNet ElasticNetCV Lasso LassoCV MultiTaskElasticNet
sklearn.linear_model.coordinate_descent: MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV
sklearn.linear_model.huber: HuberRegressor
sklearn.linear_model.least_angle: Lars LarsCV LassoLars LassoLarsCV LassoLarsIC
sklearn.linear_model.logistic: LogisticRegression LogisticRegressionCV
sklearn.linear_model.omp: OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV
sklearn.linear_model.passive_aggressive: PassiveAggressiveClassifier PassiveAggressiveRegressor
sklearn.linear_model.perceptron: Perceptron
sklearn.linear_model.ransac: LinearRegression RANSACRegressor
sklearn.linear_model.ridge: Ridge RidgeCV RidgeClassifier RidgeClassifierCV
sklearn.linear_model.sgd_fast: EpsilonInsensitive Hinge ModifiedHuber SquaredEpsilonInsensitive
sklearn.linear_model.sgd_fast: SquaredHinge
sklearn.linear_model.stochastic_gradient: EpsilonInsensitive Hinge ModifiedHuber SGDClassifier
sklearn.linear_model.stochastic_gradient: SGDRegressor SquaredEpsilonInsensitive SquaredHinge
sklearn.linear_model.theil_sen: TheilSenRegressor
sklearn.manifold.isomap: Isomap
sklearn.manifold.locally_linear: LocallyLinearEmbedding
sklearn.manifold.mds: MDS
sklearn.manifold.spectral_embedding_: SpectralEmbedding
sklearn.manifold.t_sne: TSNE
sklearn.mixture.bayesian_mixture: BayesianGaussianMixture
sklearn.mixture.gaussian_mixture: GaussianMixture
sklearn.neighbors.ball_tree: BallTree
sklearn.neighbors.base: BallTree KDTree
sklearn.neighbors.classification: KNeighborsClassifier RadiusNeighborsClassifier
sklearn.neighbors.kd_tree: KDTree
sklearn.neighbors.kde: BallTree KDTree KernelDensity
sklearn.neighbors.lof: LocalOutlierFactor
sklearn.neighbors.nca: NeighborhoodComponentsAnalysis
sklearn.neighbors.nearest_centroid: NearestCentroid
sklearn.neighbors.regression: KNeighborsRegressor RadiusNeighborsRegressor
sklearn.neighbors.unsupervised: NearestNeighbors
sklearn.neural_network.multilayer_perceptron: AdamOptimizer MLPClassifier MLPRegressor
sklearn.neural_network.rbm: BernoulliRBM
sklearn.preprocessing.data: Binarizer KernelCenterer MaxAbsScaler MinMaxScaler Normalizer
sklearn.preprocessing.data: OneHotEncoder PolynomialFeatures PowerTransformer QuantileTransformer
sklearn.preprocessing.data: RobustScaler StandardScaler
sklearn.preprocessing.label: LabelBinarizer LabelEncoder MultiLabelBinarizer
sklearn.semi_supervised.label_propagation: LabelPropagation LabelSpreading
sklearn.svm.classes: LinearSVC LinearSVR NuSVC NuSVR OneClassSVM SVC SVR
sklearn.tree.tree: DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier
sklearn.tree.tree: ExtraTreeRegressor Tree
"""

# What torch.load(weights_only=True) allows, in any release from 1.13 to 2.13.
ADDITIONS += """
_codecs: encode
builtins: bytearray complex set
collections: Counter OrderedDict
torch: BFloat16Storage BFloat16Tensor BoolStorage BoolTensor ByteStorage ByteTensor CharStorage
torch: CharTensor ComplexDoubleStorage ComplexFloatStorage DoubleStorage DoubleTensor FloatStorage
torch: FloatTensor HalfStorage HalfTensor IntStorage IntTensor LongStorage LongTensor QInt32Storage
torch: QInt8Storage QUInt2x4Storage QUInt4x2Storage QUInt8Storage ShortStorage ShortTensor Size
torch: Tensor bfloat16 bits16 bits1x8 bits2x4 bits4x2 bits8 bool complex128 complex32 complex64
torch: device float16 float32 float4_e2m1fn_x2 float64 float8_e4m3fn float8_e4m3fnuz float8_e5m2
torch: float8_e5m2fnuz float8_e8m0fnu int1 int16 int2 int3 int32 int4 int5 int6 int64 int7 int8
torch: per_channel_affine per_channel_affine_float_qparams per_channel_symmetric per_tensor_affine
torch: per_tensor_symmetric qint32 qint8 quint2x4 quint4x2 quint8 uint1 uint16 uint2 uint3 uint32
torch: uint4 uint5 uint6 uint64 uint7 uint8
torch._tensor: _rebuild_from_type_v2
torch._utils: _rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy
torch._utils: _rebuild_meta_tensor_no_storage _rebuild_nested_tensor _rebuild_parameter
torch._utils: _rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_csr_tensor
torch._utils: _rebuild_sparse_tensor _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3
torch._utils: _rebuild_wrapper_subclass
torch.cuda: BFloat16Storage BFloat16Tensor BoolStorage BoolTensor ByteStorage ByteTensor
torch.cuda: CharStorage CharTensor ComplexDoubleStorage ComplexFloatStorage DoubleStorage
torch.cuda: DoubleTensor FloatStorage FloatTensor HalfStorage HalfTensor IntStorage IntTensor
torch.cuda: LongStorage LongTensor ShortStorage ShortTensor
torch.cuda.sparse: BFloat16Tensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor
torch.cuda.sparse: IntTensor LongTensor ShortTensor
torch.nn.parameter: Parameter
torch.serialization: _get_layout
torch.sparse: BFloat16Tensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor
torch.sparse: LongTensor ShortTensor
torch.storage: TypedStorage UntypedStorage
"""

DISTANCES = """
BrayCurtisDistance CanberraDistance ChebyshevDistance DiceDistance EuclideanDistance HammingDistance
HaversineDistance JaccardDistance KulsinskiDistance MahalanobisDistance ManhattanDistance
MatchingDistance MinkowskiDistance RogersTanimotoDistance RussellRaoDistance SEuclideanDistance
SokalMichenerDistance SokalSneathDistance WMinkowskiDistance
"""
ADDITIONS += "".join(
    f"{module}: {' '.join(DISTANCES.split())}\n"
    for module in (
        "sklearn.metrics._dist_metrics",
        "sklearn.neighbors._dist_metrics",
        "sklearn.neighbors.dist_metrics",
    )
)

# Observed, and refused: what they hold or do is not plain data.
REFUSED = """
builtins: getattr type
__builtin__: getattr type
functools: partial
types: FunctionType CodeType
torch: ScriptObject
torch._C: _VariableFunctionsClass
sklearn.metrics._dist_metrics: PyFuncDistance PyFuncDistance64 PyFuncDistance32
statsmodels.base.data: *
scipy.stats._continuous_distns: *
scipy.stats._discrete_distns: *
scipy.stats._distn_infrastructure: *
scipy.stats._multivariate: *
cloudpickle: *
dill: *
"""

# The same classes under the names of other releases: every name below the first path is known
# below the second too.
TWINS = (
    ("numpy._core", "numpy.core"),
    ("numpy.rec", "numpy.core.records"),
    ("numpy.char", "numpy.core.defchararray"),
    ("numpy.lib.polynomial", "numpy.lib._polynomial_impl"),
    ("scipy.sparse._bsr", "scipy.sparse.bsr"),
    ("scipy.sparse._coo", "scipy.sparse.coo"),
    ("scipy.sparse._csc", "scipy.sparse.csc"),
    ("scipy.sparse._csr", "scipy.sparse.csr"),
    ("scipy.sparse._dia", "scipy.sparse.dia"),
    ("scipy.sparse._dok", "scipy.sparse.dok"),
    ("scipy.sparse._lil", "scipy.sparse.lil"),
    ("scipy.interpolate._fitpack2", "scipy.interpolate.fitpack2"),
    ("scipy.stats._kde", "scipy.stats.kde"),
    ("scipy.signal._ltisys", "scipy.signal.ltisys"),
    ("torch.ao.nn.quantized", "torch.nn.quantized"),
    ("torch.ao.quantization", "torch.quantization"),
    ("torch.amp.grad_scaler", "torch.cuda.amp.grad_scaler"),
)

PATTERNS: tuple[dict[str, str], ...] = tuple(
    {"module": module, "name": "__pyx_unpickle_*", "why": why}
    for module, why in (
        ("sklearn.*", "Cython makes one such constructor for each of scikit-learn's C classes"),
        ("_loss", "the same, of scikit-learn's module _loss, which older releases import bare"),
        ("numpy.random.*", "Cython makes one such constructor for each of numpy's generators"),
        ("pandas._libs.*", "Cython makes one such constructor for each of pandas's C classes"),
        ("scipy.spatial.*", "Cython makes one such constructor for each of scipy's C classes"),
    )
)

# Constructors that call one of their own arguments (its position).
CALLS_ARGUMENT: dict[str, dict[str, int]] = {
    "copyreg": {"_reconstructor": 0, "__newobj__": 0, "__newobj_ex__": 0},
    "copy_reg": {"_reconstructor": 0, "__newobj__": 0},
    "numpy.random._pickle": {
        "__bit_generator_ctor": 0,
        "__generator_ctor": 1,
        "__randomstate_ctor": 1,
    },
    "pandas.core.indexes.base": {"_new_Index": 0},
    "sklearn.metrics._dist_metrics": {"newObj": 0},
    "sklearn.neighbors._ball_tree": {"newObj": 0},
    "sklearn.neighbors._dist_metrics": {"newObj": 0},
    "sklearn.neighbors._kd_tree": {"newObj": 0},
    "torch._tensor": {"_rebuild_from_type_v2": 0},
    "torch._utils": {"_rebuild_wrapper_subclass": 0},
}
